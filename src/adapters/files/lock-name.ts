/**
 * A name that only those know who may read the folder: nobody else can take it first. It is to be seen while it is held, so each is used
 * for as long as one holder lives: `lock.key` is the first generation of the key behind it, `lock.1.key` the next, and the last
 * one counts. A generation that somebody else took is followed by the next: two that find that out at the same time mean the same one.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  linkSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

export interface LockName {
  /** In the abstract socket namespace. */
  readonly name: string;
  readonly generation: number;
}

const bytesOfKey = 32;
const keyName = (generation: number): string => (generation === 0 ? 'lock.key' : `lock.${generation}.key`);

const generationOf = (file: string): number | undefined => {
  if (file === keyName(0)) return 0;
  const [, digits] = /^lock\.([1-9]\d{0,8})\.key$/.exec(file) ?? [];
  return digits === undefined ? undefined : Number(digits);
};

const generationsIn = (folder: string): readonly number[] =>
  readdirSync(folder).flatMap((file) => generationOf(file) ?? []);

/** The one that counts now. A key that was lost half written, with the power of the machine, could be guessed, and counts as none. */
export function lockName(folder: string): LockName {
  for (let generation = Math.max(0, ...generationsIn(folder)); ; generation++) {
    const key = readKey(folder, generation) ?? makeKey(folder, generation);
    if (key.length !== bytesOfKey) continue;
    const hash = createHash('sha256').update(key).update(realpathSync(folder)).digest('hex');
    return { name: `\0headgate/${hash.slice(0, 32)}`, generation };
  }
}

/** After it the name of `generation` counts no more: there is one of a later generation. */
export function replaceLockName(folder: string, generation: number): void {
  makeKey(folder, generation + 1);
  forgetLockName(folder, generation);
}

/** The same for whoever held it: nothing is left in the folder of a run that is over, and the next holder makes a key of its own. */
export function forgetLockName(folder: string, generation: number): void {
  for (const old of generationsIn(folder)) if (old <= generation) rmSync(join(folder, keyName(old)), { force: true });
}

function readKey(folder: string, generation: number): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(join(folder, keyName(generation)), constants.O_RDONLY | constants.O_NOFOLLOW);
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
function makeKey(folder: string, generation: number): Buffer {
  const path = join(folder, keyName(generation));
  const bytes = randomBytes(bytesOfKey);
  const temporary = `${path}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  writeFileSync(temporary, bytes, { mode: 0o600, flag: 'wx' });
  try {
    linkSync(temporary, path);
    return bytes;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another was faster; or took the lock meanwhile, and swept this away.
    if (code !== 'EEXIST' && code !== 'ENOENT') throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  // It may have given the lock up again, and its key with it.
  return readKey(folder, generation) ?? makeKey(folder, generation);
}
