/** See finalize-program.ts. */
import { spawnSync } from 'node:child_process';
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

export type Finalize = (sides: Sides, wrap?: readonly string[], only?: 'stage') => FinalizeEnd;

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
  return (sides, wrap = [], only) => {
    const record = join(sides.folder, 'record');
    mkdirSync(record, { recursive: true });
    const [command = '', ...args] = [...wrap, process.execPath, program];
    const { status, signal, stdout, stderr } = spawnSync(
      command,
      [...args, sides.base, sides.target, sides.copy, record, ...(only ? [only] : [])],
      { encoding: 'utf8', env: { ...process.env, UV_THREADPOOL_SIZE: '1' } },
    );
    return { status, signal, answer: stdout === '' ? undefined : JSON.parse(stdout), stderr };
  };
}
