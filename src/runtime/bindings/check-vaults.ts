/** What vaults say of themselves before anything starts; no value is read for it. */

import { compareText } from '../../base/order.ts';
import { suggest } from '../../base/suggest.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Binding } from '../../plan/wiring/bindings.ts';
import type { VaultLook } from '../../ports/secrets.ts';
import { type VaultFault, type VaultFaultCode, type VaultHealth, vaultFaultCodes } from '../../ports/vault.ts';
import { refusedUnresolved } from './refused.ts';
import { referenceIn, type Unresolved } from './resolve.ts';

/** One that is silent for longer is asked when something starts, and has to answer then. */
const lookMs = 15_000;

interface Looker {
  readonly look?: (vault: string) => Promise<VaultLook>;
}

export const vaultsIn = (bindings: readonly Binding[]): readonly string[] => {
  const names = bindings.flatMap(({ reference }) => {
    const parsed = referenceIn(reference);
    return 'fault' in parsed ? [] : [parsed.vault];
  });
  return [...new Set(names)].sort(compareText);
};

/** By whom each is missed. */
export async function checkVaults(
  bound: readonly (readonly [moniker: string, bindings: readonly Binding[]])[],
  secrets: () => Promise<Looker>,
  signal: AbortSignal,
): Promise<readonly Blocked[]> {
  const { look } = await secrets();
  if (!look) return [];
  const names = vaultsIn(bound.flatMap(([, bindings]) => bindings));
  const looks = new Map(
    await Promise.all(names.map(async (name) => [name, await lookWithin(look(name), signal)] as const)),
  );
  return bound.flatMap(([moniker, bindings]) => {
    const missing = bindings.flatMap((binding): readonly Unresolved[] => {
      const parsed = referenceIn(binding.reference);
      const seen = 'fault' in parsed ? undefined : looks.get(parsed.vault);
      if ('fault' in parsed || !seen) return [];
      const fault = healthFault(parsed.vault, seen.health) ?? keyFault(parsed, seen.keys);
      return fault === undefined ? [] : [{ ...binding, fault }];
    });
    return missing.length === 0 ? [] : [refusedUnresolved(moniker, missing)];
  });
}

/** Undefined where it is silent, or nobody can say. */
export async function lookWithin(look: Promise<VaultLook>, signal: AbortSignal): Promise<VaultLook | undefined> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(lookMs)]);
  return Promise.race([
    look.catch(() => undefined),
    new Promise<undefined>((done) => {
      if (over.aborted) done(undefined);
      else over.addEventListener('abort', () => done(undefined), { once: true });
    }),
  ]);
}

/** Of one vault, as whoever answers for the run sees it. */
export async function healthOf(
  { look }: { readonly look: (vault: string) => Promise<VaultLook | undefined> },
  vault: string,
): Promise<VaultHealth> {
  const seen = await lookWithin(
    look(vault).then((one) => one ?? { health: unknown, keys: null }),
    new AbortController().signal,
  );
  return seen?.health ?? silent;
}

const unknown: VaultHealth = { status: 'ready', code: 'not_looked_at', message: 'nobody can say', guidance: [] };
const silent: VaultHealth = {
  status: 'error',
  code: 'provider_unavailable',
  message: `it did not answer within ${lookMs / 1000} s`,
  guidance: ['look whether it runs and can be reached'],
};

const ofStatus: Readonly<Partial<Record<VaultHealth['status'], VaultFaultCode>>> = {
  error: 'provider_unavailable',
  disabled: 'conflict',
  coming_soon: 'invalid_request',
};

/** Why nothing can be read from it; undefined where it can. */
export function healthFault(vault: string, health: VaultHealth): VaultFault | undefined {
  const usual = ofStatus[health.status];
  if (usual === undefined) return undefined;
  const { code, fault, message, missingFields = [], guidance } = health;
  const told = vaultFaultCodes.find((one) => one === code);
  return {
    code: fault ?? told ?? (missingFields.length > 0 ? 'invalid_request' : usual),
    detail: code,
    message: `vault \`${vault}\`: ${message}`,
    remedy: guidance[0] ?? `look at \`headgate secrets health ${vault}\``,
  };
}

function keyFault(
  { vault, key }: { readonly vault: string; readonly key: string },
  keys: VaultLook['keys'],
): VaultFault | undefined {
  if (keys === null || keys.includes(key)) return undefined;
  const near = suggest(key, keys);
  return {
    code: 'not_found',
    detail: 'secret_missing',
    message: `vault \`${vault}\` has no secret \`${key}\``,
    remedy: near === undefined ? `store it with \`headgate secrets set ${vault}/${key}\`` : `did you mean \`${near}\`?`,
  };
}
