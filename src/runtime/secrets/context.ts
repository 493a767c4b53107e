/** What every operation on secrets works with. */
import type { VaultPlace } from '../../adapters/vaults/place.ts';
import type { SecretConsumer } from '../../ports/secrets.ts';
import type { Vault } from '../../ports/vault.ts';
import { type Audit, openAudit } from './audit.ts';
import type { AuditAction } from './audit-form.ts';
import { faultOf } from './fault-error.ts';
import { toStderr } from './notice.ts';
import { type SecretPlaces, secretPlaces } from './places.ts';
import { createVaultPool, type NamedVault, type PoolOptions, type VaultPool } from './vault-pool.ts';
import { readVaultStates, requireEnabled } from './vault-states.ts';

export interface SecretsOptions extends PoolOptions {
  readonly stateDir: string;
  /** How many milliseconds others may keep the audit from being written. */
  readonly auditPatience?: number;
}

export interface SecretContext {
  readonly places: SecretPlaces;
  readonly pool: VaultPool;
  readonly audit: Audit;
  readonly notice: (text: string) => void;
  /** RFC 3339, UTC. */
  readonly time: () => string;
}

export interface UsableVault extends NamedVault {
  readonly vault: Vault;
}

export function createSecretContext(options: SecretsOptions): SecretContext {
  const { stateDir, place, notice, auditPatience } = options;
  const places = secretPlaces(stateDir);
  const { now }: VaultPlace = place;
  const pool = createVaultPool(options);
  const identityOf = (vault: string): string | undefined => pool.all.find(({ name }) => name === vault)?.identity;
  return {
    places,
    pool,
    audit: openAudit({ places, now, identityOf, ...(auditPatience === undefined ? {} : { patience: auditPatience }) }),
    notice: notice ?? toStderr,
    time: () => new Date(now()).toISOString(),
  };
}

/** Throws a fault where the vault is disabled or cannot be opened. */
export async function usableVault({ pool, places }: SecretContext, name: string): Promise<UsableVault> {
  const found = pool.named(name);
  requireEnabled(readVaultStates(places), found);
  return { ...found, vault: await pool.open(name) };
}

export interface Told {
  /** A function where it turns out meanwhile. */
  readonly action: AuditAction | (() => AuditAction);
  readonly vault: string | null;
  readonly key: string | null;
  /** Each change is told by the operation that makes it, and here only what fails. */
  readonly failuresOnly?: boolean;
}

export const operator: SecretConsumer = { type: 'operator', id: 'operator', path: null, run: null };

/** What an operator changes is written down, whether or not it succeeded. A record that is lost is told, and changes nothing. */
export async function audited<T>(
  ctx: SecretContext,
  { action, vault, key, failuresOnly = false }: Told,
  work: () => Promise<T>,
  versionOf: (value: T) => number | null = () => null,
): Promise<T> {
  const tell = async (
    outcome: 'success' | 'failure',
    errorCode: string | null,
    version: number | null,
  ): Promise<void> => {
    const lost = await ctx.audit.tell({
      actor: 'operator',
      consumer: operator,
      vault,
      key,
      version: version === null ? null : String(version),
      action: typeof action === 'function' ? action() : action,
      outcome,
      errorCode,
    });
    if (lost !== undefined) ctx.notice(lossText(lost));
  };
  let value: T;
  try {
    value = await work();
  } catch (error) {
    const { code, detail } = faultOf(error);
    await tell('failure', `${code}/${detail}`, null);
    throw error;
  }
  if (!failuresOnly) await tell('success', null, versionOf(value));
  return value;
}

export const lossText = (reason: string): string => `warning: the audit of secrets was not written: ${reason}`;
