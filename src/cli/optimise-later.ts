/**
 * V8 takes as much of the processor for making code fast as the code itself does, the first time in a process, and most of it does not run
 * often enough afterwards. A function is optimised here when it has run six times as long as usual.
 */
import { setUndone } from './start/v8-flags.ts';

/** Components of a plan. Of fewer, nothing is optimised that matters. */
const fewest = 200;

/** `usual` is what V8 11 itself has: with that, it takes code that was compiled under no flags. */
const budget = { usual: 67_584, later: 400_000 };

/** For the rest of this process. Only where it was measured: another V8 may not know the flag, and would complain. */
export async function optimiseLater(): Promise<void> {
  if (!process.versions.v8?.startsWith('11.')) return;
  // It costs a millisecond, which is much where there is little to do.
  const { setFlagsFromString } = await import('node:v8');
  const wait = (many: number): void => setFlagsFromString(`--interrupt-budget=${many}`);
  wait(budget.later);
  setUndone((work) => {
    wait(budget.usual);
    try {
      return work();
    } finally {
      wait(budget.later);
    }
  });
}

export async function optimiseLaterFor(components: number): Promise<void> {
  if (components >= fewest) await optimiseLater();
}
