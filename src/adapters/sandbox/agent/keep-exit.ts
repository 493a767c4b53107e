/** What the agent of a sandbox writes down. It runs as text in every agent (see agent.ts). */
import type * as Fs from 'node:fs';

/** Whoever asks later finds it there, also when nobody is left to be told. A full disk leaves nothing, and then nothing is known. */
export function keepExit(fs: typeof Fs, fd: number, code: number | null, signal: string | null): void {
  try {
    fs.writeSync(fd, `${JSON.stringify({ code, signal })}\n`);
    fs.fsyncSync(fd);
  } catch {
    // As if it had been killed before.
  }
}

/** What a script needs to call it. */
export const exitSource: readonly string[] = [String(keepExit)];
