/** A core dump is a file with everything that a process holds in memory. */
import { spawn } from 'node:child_process';
import { systemProgram } from '../files/system-program.ts';

/**
 * From now on neither this process nor any that it starts leaves one, and nobody can change that. Resolves also where it could not be
 * done: limits of sandboxes need the same program, and say so.
 */
export function withoutCoreDumps(): Promise<void> {
  const prlimit = systemProgram('prlimit');
  if (prlimit === undefined) return Promise.resolve();
  return new Promise((done) => {
    const child = spawn(prlimit, ['--pid', String(process.pid), '--core=0:0'], { env: {}, stdio: 'ignore' });
    child.on('error', () => done());
    child.on('close', () => done());
  });
}
