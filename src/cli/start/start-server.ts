/** Starts a check server for the next one who asks. It goes on when this process has ended, and has nothing of it: no folder, no streams, no variables. */
import { closeSync, mkdirSync, openSync, rmSync, statSync } from 'node:fs';
import { isOwnFolder, type ServerPlace } from '../check-server/place.ts';
import type { Installed } from './installed.ts';

/** Milliseconds after which a server that was begun would be there. */
const BEGUN = 10_000;

/** At the end of this process, so that it does not wait for it. */
export function startServer(place: ServerPlace, { command, require }: Installed): void {
  process.once('exit', () => {
    if (!isFirst(place)) return;
    const { spawn } = require('node:child_process') as typeof import('node:child_process');
    const [file, ...args] = command;
    const child = spawn(file, [...args, 'server', 'run'], {
      cwd: '/',
      detached: true,
      stdio: 'ignore',
      env: { XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] },
    });
    child.on('error', () => {});
    child.unref();
  });
}

/** Many may find at the same time that there is no server. What is left of one that never came is old. */
function isFirst({ folder, socket }: ServerPlace): boolean {
  const mark = `${socket}.begun`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isOwnFolder(folder)) return false;
    const since = statSync(mark, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Math.abs(Date.now() - since) > BEGUN) rmSync(mark, { force: true });
    closeSync(openSync(mark, 'wx', 0o600));
    return true;
  } catch {
    return false;
  }
}
