/** A name that only those know who may read the folder: nobody else can take it first. */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, constants, linkSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const keyPath = (folder: string): string => join(folder, 'lock.key');

/** In the abstract socket namespace. The key behind it is made where there is none. */
export function lockName(folder: string): string {
  const key = readKey(folder) ?? makeKey(folder);
  return `\0headgate/${createHash('sha256').update(key).update(realpathSync(folder)).digest('hex').slice(0, 32)}`;
}

/** The name was to be seen while it was held. To be called before it is given up: whoever binds it then finds that it counts no more. */
export const forgetLockName = (folder: string): void => rmSync(keyPath(folder), { force: true });

function readKey(folder: string): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(keyPath(folder), constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return readFileSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** It appears whole; of several at once the first counts. */
function makeKey(folder: string): Buffer {
  const bytes = randomBytes(32);
  const temporary = `${keyPath(folder)}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, keyPath(folder));
    return bytes;
  } catch (error) {
    const key = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readKey(folder) : undefined;
    if (!key) throw error;
    return key;
  } finally {
    rmSync(temporary, { force: true });
  }
}
