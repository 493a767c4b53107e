/** What there is in a vault, and what is still to be done there. Reads no value. */
import { compareText } from '../../base/order.ts';
import type { VaultFault } from '../../ports/vault.ts';
import { type SecretContext, usableVault } from './context.ts';
import { faultOf, granted } from './fault-error.ts';
import { type Operation, operationsOf } from './operation-files.ts';
import { readRegistry } from './registry.ts';
import type { CleanUp, Registry, SecretRecord, VersionRecord } from './registry-form.ts';
import { currentVersion, keyBefore } from './secret-records.ts';
import { defaultVault, readVaultStates, stateOf } from './vault-states.ts';

export interface ListedSecret {
  readonly key: string;
  /** Null for one that only the provider knows. */
  readonly name: string | null;
  readonly description: string | null;
  /** `unrecorded`: only the provider knows it. A deleted one is shown as long as the provider may have it still. */
  readonly status: SecretRecord['status'] | 'unrecorded';
  readonly mode: SecretRecord['mode'] | null;
  readonly externalRef: string | null;
  /** Number of the current one; null where the provider alone knows. */
  readonly version: number | null;
  readonly versions: readonly VersionRecord[];
  readonly createdAt: string | null;
  readonly updatedAt: string | null;
  readonly rotatedAt: string | null;
  readonly cleanUp: CleanUp | null;
  /** It has a record, and the vault does not have it: `set` creates it again. */
  readonly isLost: boolean;
  /** What an earlier command did not bring to its end. */
  readonly unfinished: Pick<Operation, 'work' | 'step' | 'at'> | null;
}

export interface ListedVault {
  readonly vault: string;
  readonly provider: string;
  readonly isDefault: boolean;
  readonly disabledAt: string | null;
  readonly secrets: readonly ListedSecret[];
  /** Why the provider could not be asked: there may be more. */
  readonly fault: VaultFault | null;
}

export async function listSecrets(ctx: SecretContext, name: string): Promise<ListedVault> {
  const { plan, identity } = ctx.pool.named(name);
  const states = readVaultStates(ctx.places);
  const { disabledAt } = stateOf(states, { identity });
  const registry = readRegistry(ctx.places, identity);
  const operations = operationsOf(ctx.places, identity);
  // One that is locked has nothing, and is not asked.
  const keys = disabledAt === null && plan.provider !== 'gcp_secret_manager' ? await keysOf(ctx, name) : null;
  return {
    vault: name,
    provider: plan.provider,
    isDefault: defaultVault(states, ctx.pool.all)?.identity === identity,
    disabledAt,
    secrets: listed(registry, operations, keys && 'code' in keys ? null : keys),
    fault: keys && 'code' in keys ? keys : null,
  };
}

async function keysOf(ctx: SecretContext, name: string): Promise<readonly string[] | VaultFault> {
  try {
    const { vault } = await usableVault(ctx, name);
    return granted(await vault.list());
  } catch (error) {
    return faultOf(error);
  }
}

function listed(
  { secrets }: Registry,
  operations: readonly Operation[],
  keys: readonly string[] | null,
): readonly ListedSecret[] {
  const unfinishedAt = (key: string): ListedSecret['unfinished'] => {
    const found = operations.find((one) => one.key === key);
    return found ? { work: found.work, step: found.step, at: found.at } : null;
  };
  const recorded = secrets
    .filter(({ status, cleanUp }) => status !== 'deleted' || cleanUp !== null)
    .map((secret): ListedSecret => {
      const { name, description, status, mode, externalRef, versions, createdAt, updatedAt, rotatedAt, cleanUp } =
        secret;
      const key = keyBefore(secret);
      return {
        key,
        name: status === 'deleted' ? key : name,
        description,
        status,
        mode,
        externalRef,
        version: currentVersion(secret)?.number ?? null,
        versions,
        createdAt,
        updatedAt,
        rotatedAt,
        cleanUp,
        isLost: keys !== null && mode === 'managed' && status !== 'deleted' && !keys.includes(key),
        unfinished: status === 'deleted' ? null : unfinishedAt(key),
      };
    });
  const known = new Set(recorded.map(({ key }) => key));
  const others = [...new Set([...(keys ?? []), ...operations.map(({ key }) => key)])].filter((key) => !known.has(key));
  return [...recorded, ...others.map((key) => unrecorded(key, unfinishedAt(key)))].sort(
    (a, b) => compareText(a.key, b.key) || compareText(a.createdAt ?? '', b.createdAt ?? ''),
  );
}

const unrecorded = (key: string, unfinished: ListedSecret['unfinished']): ListedSecret => ({
  key,
  name: null,
  description: null,
  status: 'unrecorded',
  mode: null,
  externalRef: null,
  version: null,
  versions: [],
  createdAt: null,
  updatedAt: null,
  rotatedAt: null,
  cleanUp: null,
  isLost: false,
  unfinished,
});
