/** `control.json` in the folder of a run: where its own interface listens, and whose that is. */
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isAlive, type Owner, ownerOf } from '../../adapters/files/owner.ts';

export interface ControlFile {
  readonly version: 1;
  /** Path of a unix socket. */
  readonly socket: string;
  readonly owner: Owner;
}

/** Not kept for after a crash: it means nothing without the process that wrote it. */
export function writeControlFile(path: string, socket: string): void {
  const owner = ownerOf(process.pid);
  if (!owner) throw new Error('/proc does not show this process');
  const content: ControlFile = { version: 1, socket, owner };
  // A file that a killed process left may have another mode.
  rmSync(path, { force: true });
  writeFileSync(path, `${JSON.stringify(content)}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(path, 0o600);
}

/** Undefined where nobody listens: no file, one that is half written or not understood, or one of a process that is gone. */
export function readControlFile(path: string): ControlFile | undefined {
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as ControlFile;
    const isKnown = content.version === 1 && typeof content.socket === 'string' && isAlive(content.owner);
    return isKnown ? content : undefined;
  } catch {
    return undefined;
  }
}

/** Only while it names this socket: the next process of the run may have written its own. */
export function removeControlFile(path: string, socket: string): void {
  if (readControlFile(path)?.socket === socket) rmSync(path, { force: true });
}
