/** See finalize-program.ts. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import type { Applied } from '../../../src/adapters/sync/apply.ts';
import type { SyncFault } from '../../../src/adapters/sync/fault.ts';
import type { Sides } from './sides.ts';

export interface FinalizeEnd {
  readonly signal: NodeJS.Signals | null;
  readonly status: number | null;
  readonly answer: (Partial<Applied> & { readonly fault?: SyncFault }) | undefined;
  readonly stderr: string;
}

export interface Finalize {
  (sides: Sides, wrap?: readonly string[], only?: 'stage' | 'revert'): FinalizeEnd;
  /** While the test does something else. */
  readonly beside: (sides: Sides, wrap: readonly string[]) => Promise<FinalizeEnd>;
}

/** `folder` is where the program is put. */
export function finalizeProcess(folder: string): Finalize {
  const program = join(folder, 'finalize-program.mjs');
  buildSync({
    entryPoints: [resolve('test/support/sync/finalize-program.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: program,
  });
  const commandFor = (sides: Sides, wrap: readonly string[]): readonly [string, readonly string[]] => {
    const record = join(sides.folder, 'record');
    mkdirSync(record, { recursive: true });
    const [command = '', ...args] = [...wrap, process.execPath, program];
    return [command, [...args, sides.base, sides.target, sides.copy, record]];
  };
  const env = { ...process.env, UV_THREADPOOL_SIZE: '1' };
  const answerIn = (text: string): FinalizeEnd['answer'] => (text === '' ? undefined : JSON.parse(text));
  const run = (sides: Sides, wrap: readonly string[] = [], only?: 'stage' | 'revert'): FinalizeEnd => {
    const [command, args] = commandFor(sides, wrap);
    const { status, signal, stdout, stderr } = spawnSync(command, [...args, ...(only ? [only] : [])], {
      encoding: 'utf8',
      env,
    });
    return { status, signal, answer: answerIn(stdout), stderr };
  };
  const beside: Finalize['beside'] = (sides, wrap) => {
    const [command, args] = commandFor(sides, wrap);
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (bytes) => (stdout += bytes));
    child.stderr.on('data', (bytes) => (stderr += bytes));
    return new Promise((done, fail) => {
      child.once('error', fail);
      child.once('close', (status, signal) => done({ status, signal, answer: answerIn(stdout), stderr }));
    });
  };
  return Object.assign(run, { beside });
}
