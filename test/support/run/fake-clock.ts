/** A clock that moves when the test moves it: whoever sleeps wakes in the order of the times, with everything that follows done. */
import type { Clock } from '../../../src/runtime/clock.ts';

export interface FakeClock extends Clock {
  /** Moves on by `ms`, waking everybody on the way. */
  readonly advance: (ms: number) => Promise<void>;
  /** Milliseconds of everybody who sleeps now, the shortest first. */
  readonly sleeping: () => readonly number[];
}

/** Everything that does not wait for time. */
export async function settled(): Promise<void> {
  for (let n = 0; n < 20; n++) await new Promise<void>((done) => setImmediate(done));
}

export function createFakeClock(): FakeClock {
  let now = 0;
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => now,
    time: () => new Date(Date.UTC(2030, 0, 1) + now).toISOString(),
    sleep: (ms, signal) =>
      new Promise((done, fail) => {
        const sleeper = {
          until: now + ms,
          wake: () => {
            signal.removeEventListener('abort', abort);
            done();
          },
        };
        sleepers.add(sleeper);
        const abort = (): void => {
          sleepers.delete(sleeper);
          fail(signal.reason);
        };
        if (signal.aborted) abort();
        else signal.addEventListener('abort', abort, { once: true });
      }),
    sleeping: () => [...sleepers].map(({ until }) => until - now).sort((a, b) => a - b),
    advance: async (ms) => {
      const end = now + ms;
      await settled();
      for (;;) {
        const next = [...sleepers].filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0];
        if (!next) break;
        now = Math.max(now, next.until);
        sleepers.delete(next);
        next.wake();
        await settled();
      }
      now = end;
    },
  };
}
