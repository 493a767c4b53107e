/** Keeps the cache of a sandbox to its size, from outside. */
import { cacheExceeded, type SandboxEnd } from './end.ts';
import { type Excess, holdingOf, type Metered, meter } from './folder-meter.ts';
import type { SandboxCache } from './mounts.ts';

export interface CacheMeter {
  /** Looks once more; how a program ends that put too much into it. */
  readonly end: () => Promise<SandboxEnd | undefined>;
}

/** To be called before the program is there: what an earlier one left may stay, and not grow. `nameless` as in `meter`. */
export async function meterCache(
  cache: SandboxCache,
  nameless: () => number,
  over: (end: SandboxEnd) => void,
): Promise<CacheMeter> {
  const before = new Map([[cache.source, await holdingOf(cache.source)]]);
  const ended = (excess: Excess<Metered>): SandboxEnd => cacheExceeded(excess, cache);
  const { end } = meter([{ folder: cache.source, bytes: cache.bytes }], before, {
    onOver: (excess) => over(ended(excess)),
    nameless,
  });
  return {
    end: async () => {
      const excess = await end();
      return excess && ended(excess);
    },
  };
}
