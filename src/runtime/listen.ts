/** Between a run and the code that has it run. */
import type { RunEvent } from './run-options.ts';

/** Listeners cannot break what they listen to. */
export const apart =
  (listener: ((event: RunEvent) => unknown) | undefined) =>
  (event: RunEvent): unknown => {
    try {
      return listener?.(event);
    } catch (error) {
      queueMicrotask(() => {
        throw error;
      });
      return undefined;
    }
  };

/** Until it has ended: a signal may outlive many runs. */
export function obey(signal: AbortSignal | undefined, stop: () => void, done: Promise<unknown>): void {
  if (!signal) return;
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  const forget = (): void => signal.removeEventListener('abort', stop);
  void done.then(forget, forget);
}
