/** A vault in memory that keeps the promises of ports/vault.ts, and can be made to fail, to throw or to hang at any call. */
import type { PlanVault } from '../../../src/ir/plan-vault-schema.ts';
import type {
  StoredVersion,
  Vault,
  VaultAnswer,
  VaultFault,
  VaultFaultCode,
  VaultHealth,
} from '../../../src/ports/vault.ts';

export const vaultCalls = [
  'resolve',
  'list',
  'health',
  'create',
  'putPending',
  'promote',
  'discard',
  'remove',
] as const;
export type VaultCall = (typeof vaultCalls)[number];

interface KeptVersion {
  readonly version: string;
  readonly value: string;
  status: 'current' | 'previous' | 'pending';
}

/** What is at the provider; shared by all who open it, and copied to go back to. */
export interface MemoryStore {
  secrets: Map<string, KeptVersion[]>;
  /** By token: what the write with it came to. */
  writes: Map<string, { readonly version: string; readonly value: string }>;
  counted: Map<string, number>;
}

export const memoryStore = (): MemoryStore => ({ secrets: new Map(), writes: new Map(), counted: new Map() });

export const copyOf = ({ secrets, writes, counted }: MemoryStore): MemoryStore => ({
  secrets: new Map([...secrets].map(([key, versions]) => [key, versions.map((one) => ({ ...one }))])),
  writes: new Map(writes),
  counted: new Map(counted),
});

export interface MemoryOptions {
  /** Versions are counted, or called by the token of their write. */
  readonly naming?: 'numbers' | 'tokens';
  /** What another value under a known token comes to: what the first one did, or a conflict. */
  readonly otherValue?: 'answer' | 'conflict';
  /** Before the call does what it does, or after it. A fault is what it answers then; an error is thrown. */
  readonly at?: (
    call: VaultCall,
    when: 'before' | 'after',
    key: string,
  ) => VaultFault | Error | undefined | Promise<undefined>;
  readonly health?: VaultHealth;
}

export const faultWith = (code: VaultFaultCode, detail = 'made_up'): VaultFault => ({
  code,
  detail,
  message: `made up: ${code}`,
  remedy: 'none',
});

const missing = faultWith('not_found', 'missing');

export function memoryVault(
  name: string,
  store: MemoryStore,
  options: MemoryOptions = {},
): Vault & { readonly calls: VaultCall[] } {
  const { naming = 'numbers', otherValue = 'answer', at } = options;
  const calls: VaultCall[] = [];
  const call = async <T>(what: VaultCall, key: string, work: () => VaultAnswer<T>): Promise<VaultAnswer<T>> => {
    calls.push(what);
    const before = await at?.(what, 'before', key);
    if (before instanceof Error) throw before;
    if (before) return { fault: before };
    const answer = work();
    const after = await at?.(what, 'after', key);
    if (after instanceof Error) throw after;
    return after ? { fault: after } : answer;
  };
  const versionsOf = (key: string): KeptVersion[] => store.secrets.get(key) ?? [];
  const stored = (version: string): VaultAnswer<StoredVersion> => ({ value: { version, fingerprint: `f${version}` } });
  const write = (
    key: string,
    value: string,
    token: string,
    status: 'current' | 'pending',
  ): VaultAnswer<StoredVersion> => {
    const known = store.writes.get(token);
    if (known)
      return known.value === value || otherValue === 'answer'
        ? stored(known.version)
        : { fault: faultWith('conflict', 'token_used') };
    if (status === 'current' && versionsOf(key).length > 0) return { fault: faultWith('conflict', 'exists') };
    if (status === 'pending' && versionsOf(key).length === 0) return { fault: missing };
    const count = (store.counted.get(key) ?? 0) + 1;
    store.counted.set(key, count);
    const version = naming === 'numbers' ? String(count) : token;
    store.secrets.set(key, [...versionsOf(key), { version, value, status }]);
    store.writes.set(token, { version, value });
    return stored(version);
  };
  return {
    name,
    provider: 'local_encrypted',
    calls,
    resolve: ({ key, version, externalRef }) =>
      call('resolve', key, () => {
        const all = versionsOf(externalRef ?? key);
        const found = !version
          ? all.find(({ status }) => status === 'current')
          : all.find((one) => one.version === ('number' in version ? String(version.number) : version.stage));
        return found ? { value: { text: found.value, version: found.version } } : { fault: missing };
      }),
    list: () => call('list', '', () => ({ value: [...store.secrets.keys()].sort() })),
    health: async () => {
      calls.push('health');
      const before = await at?.('health', 'before', '');
      if (before instanceof Error) throw before;
      return options.health ?? { status: 'ready', code: 'ready', message: 'the vault is ready', guidance: [] };
    },
    create: (key, value, { token }) => call('create', key, () => write(key, value, token, 'current')),
    putPending: (key, value, { token }) => call('putPending', key, () => write(key, value, token, 'pending')),
    promote: (key, version) =>
      call('promote', key, () => {
        const found = versionsOf(key).find((one) => one.version === version);
        if (!found) return { fault: missing };
        for (const one of versionsOf(key)) if (one.status === 'current') one.status = 'previous';
        found.status = 'current';
        return stored(version);
      }),
    discard: (key, version) =>
      call('discard', key, () => {
        const found = versionsOf(key).find((one) => one.version === version);
        if (found && found.status !== 'pending') return { fault: faultWith('conflict', 'not_pending') };
        const rest = versionsOf(key).filter((one) => one !== found);
        if (found) store.secrets.set(key, rest);
        return { value: null };
      }),
    remove: (key) =>
      call('remove', key, () => {
        store.secrets.delete(key);
        return { value: null };
      }),
    close: async () => {},
  };
}

export const localPlan = (name: string, isDefault = false): PlanVault => ({
  provider: 'local_encrypted',
  ...(isDefault ? { default: true } : {}),
  file: `/nonexistent/${name}.vault`,
  key: { passphraseEnv: 'NONE' },
});
