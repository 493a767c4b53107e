/**
 * V8 takes as much of the processor for making a target's code fast as the target itself does, the first time in a process, and most of
 * that code does not run often enough afterwards. A function is optimised here when it has run six times as long as usual.
 */
import { setFlagsFromString } from 'node:v8';

/** Of fewer, nothing is optimised that matters. */
const fewest = 200;

/**
 * For the rest of this process. Code that is loaded later is not taken from the cache, so all that is large should be there. Only where it
 * was measured: another V8 may not know the flag, and would complain.
 */
export function optimiseLater(components: number): void {
  if (components >= fewest && process.versions.v8?.startsWith('11.')) setFlagsFromString('--interrupt-budget=400000');
}
