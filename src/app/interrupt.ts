/** SIGINT and SIGTERM: work that has something to clean up is waited for, everything else is dropped. */

export interface Interrupt {
  /** The exit code after an interrupt, where it is not that of the signal. */
  exitCode?: number;
  readonly signal: AbortSignal;
  /** What a second signal does, where it must not cut off held work: makes it end at once. The third ends the process. */
  hurry?: () => void;
  /** Runs work that must not be cut off in the middle. Never settles when an interrupt came meanwhile. */
  readonly hold: <T>(work: () => Promise<T>) => Promise<T>;
  /** Done after all held work when an interrupt comes, before the process ends. Must not take long. */
  readonly last: (work: () => Promise<void>) => void;
}

export interface InterruptControl extends Interrupt {
  /** Aborts, and resolves when all held work has settled and what comes last is done. */
  readonly stop: () => Promise<void>;
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

export function createInterrupt(): InterruptControl {
  const controller = new AbortController();
  const held = new Set<Promise<unknown>>();
  const lasts: (() => Promise<void>)[] = [];
  return {
    signal: controller.signal,
    async hold(work) {
      if (controller.signal.aborted) return never();
      const running = work();
      held.add(running);
      try {
        const value = await running;
        return controller.signal.aborted ? never() : value;
      } catch (error) {
        if (controller.signal.aborted) return never();
        throw error;
      } finally {
        held.delete(running);
      }
    },
    last(work) {
      lasts.push(work);
    },
    async stop() {
      controller.abort();
      await Promise.allSettled([...held]);
      await Promise.allSettled(lasts.map((work) => work()));
    },
  };
}
