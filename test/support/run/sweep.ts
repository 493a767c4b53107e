/** Kills headgate at its Nth system call of a kind, N from 1 until a run ends untouched, and looks at what a resume makes of it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { headgate, type RunEnd, type RunOptions } from './cli-run.ts';
import { runFolders } from './journal.ts';

/** All points where that was asked for; else some. */
const isWhole: boolean = process.env['HEADGATE_WHOLE'] === '1';
/** Milliseconds for a test that tries all points, on a machine that does other things too. */
export const sweepTime: number = isWhole ? 5_400_000 : 600_000;

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

/** Another one in each process. */
const phase = (process.pid % 97) / 97;

/**
 * From 1 to `last`: all of them where the whole was asked for; else so many, the first and the last among them, and between them
 * others in each process.
 */
export function points(last: number, wanted: number): readonly number[] {
  if (isWhole || last <= wanted) return Array.from({ length: last }, (_, i) => i + 1);
  const step = (last - 1) / (wanted - 2);
  const between = Array.from({ length: wanted - 2 }, (_, i) => Math.round(1 + (i + phase) * step));
  return [...new Set([1, ...between, last])];
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
