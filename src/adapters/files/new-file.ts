/** A file that appears whole or not at all, and never in the place of another one unless that is wanted. */
import {
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { syncFolder, writeAll } from './atomic-write.ts';
import { ownerOf, startTimeOf } from './owner.ts';

/**
 * Mode 0600. Throws, as the system does, with `EEXIST` where something is there and `replace` is false. Whoever was killed while he wrote
 * it has left a file whose name begins with a dot; the next one who writes there takes it away.
 */
export function writeNewFile(path: string, bytes: Uint8Array, { replace }: { readonly replace: boolean }): void {
  const folder = dirname(path);
  const name = basename(path);
  sweep(folder, name);
  const temporary = join(folder, `${prefixOf(name)}${process.pid}-${ownerOf(process.pid)?.startTime ?? 0}.tmp`);
  try {
    const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
    const fd = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    try {
      writeAll(fd, bytes);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    if (replace || !linked(temporary, path)) renameSync(temporary, path);
    else rmSync(temporary);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** A second name fails where the path is taken, at one go. False where the file system has none, and the path is free as far as can be seen. */
function linked(temporary: string, path: string): boolean {
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'].includes(code)) throw error;
    if (existsSync(path)) throw Object.assign(new Error(`${path} exists`), { code: 'EEXIST', syscall: 'link' });
    return false;
  }
}

const prefixOf = (name: string): string => `.${name}.`;

function sweep(folder: string, name: string): void {
  const prefix = prefixOf(name);
  for (const one of readdirSync(folder)) {
    if (!one.startsWith(prefix)) continue;
    const [, pid, startTime] = /^(\d+)-(\d+)\.tmp$/.exec(one.slice(prefix.length)) ?? [];
    if (pid === undefined || startTimeOf(Number(pid)) === startTime) continue;
    rmSync(join(folder, one), { force: true });
  }
}
