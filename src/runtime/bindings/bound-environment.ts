/** An environment whose programs are given their secrets at every start. */
import type { Blocked } from '../../ir/blocked.ts';
import type { Binding } from '../../plan/wiring/bindings.ts';
import type { Standing } from '../../ports/authority.ts';
import type { Environment, Refreshed, Started } from '../../ports/environment.ts';
import { neverStarted } from '../environments/local/never-started.ts';
import type { Binder, Bound, SecretTexts } from './binder.ts';

export interface BoundEnvironment extends Environment {
  /**
   * Asks for what the first start is given, before it is written down: a vault may take its time, and whoever is killed meanwhile
   * leaves nothing that may have run.
   */
  readonly prepare: (moniker: string, on: Standing) => Promise<void>;
  /** Asks for all that a running component is given, for its next start. Where that would not work, nothing is kept for it. */
  readonly anew: (moniker: string, on: Standing) => Promise<Anew>;
  /** Asks for these of a running component again, and replaces the files that hold them. */
  readonly renew: (moniker: string, bindings: readonly Binding[], on: Standing) => Promise<Refreshed>;
}

export type Anew =
  | { readonly unfit: string }
  | {
      /** To be called when its program is being ended: it is started with these values then. */
      readonly give: () => void;
    };

/**
 * The first start is refused where a secret cannot be had, and the run with it. A later one has failed, and is tried again as the
 * component says: a vault that is away for a while ends nothing that went on without it.
 */
export function bindEnvironment(
  inner: Environment,
  binder: Pick<Binder, 'bindings' | 'resolve' | 'redact'>,
  stopping: AbortSignal,
): BoundEnvironment {
  const prepared = new Map<string, Bound>();
  const begun = new Set<string>();
  /** What the program that runs was given. */
  const held = new Map<string, SecretTexts>();
  const resolve = (moniker: string, on: Standing, bindings = binder.bindings(moniker)): Promise<Bound> =>
    binder.resolve(moniker, bindings, { type: 'component', id: moniker }, on, stopping);
  const take = async (moniker: string, on: Standing): Promise<Bound> => {
    const known = prepared.get(moniker);
    prepared.delete(moniker);
    return known ?? resolve(moniker, on);
  };
  return {
    ...inner,
    prepare: async (moniker, on) => {
      if (binder.bindings(moniker).length > 0) prepared.set(moniker, await resolve(moniker, on));
    },
    anew: async (moniker, on) => {
      const bound = await resolve(moniker, on);
      if ('blocked' in bound) return { unfit: bound.blocked.reasons.join('; ') };
      const unfit = await inner.check?.(moniker, bound.values);
      return unfit === undefined ? { give: () => void prepared.set(moniker, bound) } : { unfit };
    },
    renew: async (moniker, bindings, on) => {
      const bound = await resolve(moniker, on, bindings);
      if ('blocked' in bound) return { unfit: bound.blocked.reasons.join('; ') };
      const values = new Map([...(held.get(moniker) ?? []), ...bound.values]);
      const refreshed = (await inner.refresh?.(moniker, values, on)) ?? {
        fault: 'nothing can be replaced where it runs',
      };
      if ('files' in refreshed) held.set(moniker, values);
      return refreshed;
    },
    start: async (moniker, attempt, _, on) => {
      if (binder.bindings(moniker).length === 0) return inner.start(moniker, attempt, undefined, on);
      const bound = await take(moniker, on);
      const isFirst = !begun.has(moniker);
      begun.add(moniker);
      if ('blocked' in bound) return refusedStart(bound.blocked, isFirst);
      held.set(moniker, bound.values);
      const started = await inner.start(moniker, attempt, bound.values, on);
      return { ...started, ended: started.ended.then((end) => clean(end, isFirst, binder.redact)) };
    },
  };
}

function refusedStart(blocked: Blocked, isFirst: boolean): Started {
  const started = neverStarted(blocked, undefined);
  return isFirst ? started : { ...started, ended: started.ended.then(({ refused: _, ...end }) => end) };
}

type End = Awaited<Started['ended']>;

/** What a sandbox says of its end may be what a program said. */
function clean(end: End, isFirst: boolean, redact: (text: string) => string): End {
  const { refused, ...rest } = end;
  const told = rest.fault === undefined ? rest : { ...rest, fault: redact(rest.fault) };
  const isFinal = refused !== undefined && (isFirst || refused.gate !== 'secret_invalid');
  return isFinal ? { ...told, refused } : told;
}
