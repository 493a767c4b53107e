/** Kills headgate at its Nth system call of a kind, N from 1 until a run ends untouched, and looks at what a resume makes of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { headgate, type RunEnd, type RunOptions } from './cli-run.ts';
import { runFolders } from './journal.ts';

/** All points, and not some of them. */
export const fullSweep: boolean = process.env['HEADGATE_FULL_SWEEP'] === '1';

/**
 * Without `-f`, strace sees the main thread alone: the calls of the journal, of the store and of what headgate prints, and none of
 * the programs that it started.
 */
export const strace = (calls: string, what: string, when: string): readonly string[] => [
  'strace',
  '-qq',
  '-o',
  '/dev/null',
  '-e',
  `trace=${calls}`,
  '-e',
  `inject=${calls}:${what}:when=${when}`,
];

export const countCalls = (calls: string, output: string): readonly string[] => [
  'strace',
  '-qq',
  '-o',
  output,
  '-e',
  `trace=${calls}`,
];

/** From 1 to `last`; as many as asked, the first and the last among them, and moved by `shift` so that runs differ. */
export function points(last: number, wanted: number): readonly number[] {
  if (fullSweep || last <= wanted) return Array.from({ length: last }, (_, i) => i + 1);
  const step = (last - 1) / (wanted - 1);
  return [...new Set(Array.from({ length: wanted }, (_, i) => Math.round(1 + i * step)))];
}

/** What a user does after a crash: resumes the run when there is one, and else starts it again. */
export function recover(scenario: string, options: RunOptions): { readonly id: string; readonly end: RunEnd } {
  const [id] = runFolders(options.stateDir);
  if (id !== undefined && existsSync(join(options.stateDir, 'runs', id, 'journal.ndjson'))) {
    const end = headgate(['resume', id], options);
    if (end.status !== 2) return { id, end };
  }
  const end = headgate(['run', scenario], options);
  return { id: runFolders(options.stateDir).at(-1) ?? '', end };
}
