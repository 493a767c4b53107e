/**
 * Secrets of a run. Values are asked for when something starts that is given them, held until it has started, and told to the redactor
 * before that.
 */
import type { Blocked } from '../../ir/blocked.ts';
import type { Binding } from '../../plan/wiring/bindings.ts';
import type { Standing } from '../../ports/authority.ts';
import type { SecretConsumer, SecretsByRight, VaultLook } from '../../ports/secrets.ts';
import { checkVaults, vaultsIn } from './check-vaults.ts';
import { knownTexts, partsOfUrl } from './known-texts.ts';
import { refusedUnresolved } from './refused.ts';
import { resolveAll, resolveDeadlineMs } from './resolve.ts';

/** Texts by reference. */
export type SecretTexts = ReadonlyMap<string, string>;

export type Bound = { readonly values: SecretTexts } | { readonly blocked: Blocked };

/** What `secret.bind` writes down. */
export interface Declared {
  readonly path: string;
  readonly consumers: readonly string[];
  readonly reference?: string;
}

/** With what it says of its vaults, where it does. */
export interface RunSecrets extends SecretsByRight {
  /** Quick; never throws. */
  readonly look?: (vault: string) => Promise<VaultLook>;
}

export interface Binder {
  readonly declared: readonly Declared[];
  readonly bindings: (moniker: string) => readonly Binding[];
  /** `subject` is what is refused where one of them cannot be had. */
  readonly resolve: (
    subject: string,
    bindings: readonly Binding[],
    consumer: Pick<SecretConsumer, 'type' | 'id'>,
    on: Standing,
    signal: AbortSignal,
  ) => Promise<Bound>;
  /** What can be known before anything starts, and without a value. */
  readonly check: (signal: AbortSignal) => Promise<readonly Blocked[]>;
  /** Names of the vaults that something is bound to, sorted. */
  readonly vaults: () => readonly string[];
  /** Undefined where nobody can say. */
  readonly look: (vault: string) => Promise<VaultLook | undefined>;
  /** The URL behind a slot of the root, which is a secret as a whole. */
  readonly url: (
    slot: string,
    reference: string,
    on: Standing,
  ) => Promise<{ readonly url: string } | { readonly blocked: Blocked }>;
  readonly redact: (text: string) => string;
  /** Who has not answered by now is not waited for. */
  readonly stop: () => void;
  readonly close: () => Promise<void>;
}

export interface BinderOptions {
  readonly runId: string;
  readonly declared: readonly Declared[];
  /** By moniker. */
  readonly bindings: ReadonlyMap<string, readonly Binding[]>;
  /** Asked for once, and only where something is bound. */
  readonly open: () => Promise<RunSecrets>;
  readonly redactor: { readonly redact: (text: string) => string; readonly add: (values: readonly string[]) => void };
  readonly deadlineMs?: number;
  /** References of slots of the root. */
  readonly slots?: readonly Binding[];
}

export function createBinder(options: BinderOptions): Binder {
  const { runId, declared, redactor, deadlineMs = resolveDeadlineMs } = options;
  let opened: Promise<RunSecrets> | undefined;
  const secrets = (): Promise<RunSecrets> => {
    opened ??= options.open();
    return opened;
  };
  const stopping = new AbortController();
  const resolve: Binder['resolve'] = async (subject, bindings, consumer, on, signal) => {
    if (bindings.length === 0) return { values: new Map() };
    const asked = { secrets, consumer: { ...consumer, run: runId }, on, signal, deadlineMs };
    const resolved = await resolveAll(bindings, asked);
    if ('unresolved' in resolved) return { blocked: refusedUnresolved(subject, resolved.unresolved) };
    redactor.add([...resolved.values.values()].flatMap(knownTexts));
    return resolved;
  };
  const slots = options.slots ?? [];
  return {
    declared,
    bindings: (moniker) => options.bindings.get(moniker) ?? [],
    resolve,
    url: async (slot, reference, on) => {
      const consumer = { type: 'external_slot', id: slot } as const;
      const bound = await resolve(`slots.${slot}`, [{ path: '', reference }], consumer, on, stopping.signal);
      if ('blocked' in bound) return bound;
      const url = bound.values.get(reference) ?? '';
      redactor.add(partsOfUrl(url));
      return { url };
    },
    stop: () => stopping.abort(),
    check: async (signal) => {
      const all = [...options.bindings].filter(([, bound]) => bound.length > 0);
      return all.length === 0 ? [] : checkVaults(all, secrets, signal);
    },
    vaults: () => vaultsIn([...[...options.bindings.values()].flat(), ...slots]),
    look: async (vault) => (await secrets()).look?.(vault),
    redact: redactor.redact,
    close: async () => {
      const one = await opened?.catch(() => undefined);
      await one?.close();
    },
  };
}

/** Of a run that is given none. */
export const noSecrets: Binder = {
  declared: [],
  bindings: () => [],
  resolve: async () => ({ values: new Map() }),
  check: async () => [],
  vaults: () => [],
  look: async () => undefined,
  url: async () => ({ url: '' }),
  redact: (text) => text,
  stop: () => {},
  close: async () => {},
};
