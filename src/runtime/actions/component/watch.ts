/** Waiting for components that are on their way, whatever way that is. */
import type { ComponentStatus } from './life-state.ts';

export interface Watch {
  /** To be told of every change. */
  readonly changed: () => void;
  /** When none of them is on its way any more, or the signal says so: monikers of those that neither serve nor have finished. */
  readonly settled: (signal: AbortSignal) => Promise<readonly string[]>;
}

export function createWatch(statuses: () => readonly ComponentStatus[]): Watch {
  const waiting: (() => void)[] = [];
  const wake = (): void => {
    for (const one of waiting.splice(0)) one();
  };
  return {
    changed: wake,
    settled: async (signal) => {
      signal.addEventListener('abort', wake);
      try {
        for (;;) {
          const now = statuses();
          if (signal.aborted || !now.some(({ state }) => isOnItsWay[state]))
            return now.filter(({ state }) => !isThere[state]).map(({ moniker }) => moniker);
          await new Promise<void>((done) => waiting.push(done));
        }
      } finally {
        signal.removeEventListener('abort', wake);
      }
    },
  };
}

type Row = Readonly<Record<ComponentStatus['state'], boolean>>;

const isOnItsWay: Row = {
  waiting: true,
  starting: true,
  restarting: true,
  ready: false,
  finished: false,
  failed: false,
  stopped: false,
};

const isThere: Row = { ...isOnItsWay, waiting: false, starting: false, restarting: false, ready: true, finished: true };
