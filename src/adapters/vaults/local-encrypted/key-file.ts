/** The key of a vault in a file of its own, which only its owner can read. */
import { randomBytes } from 'node:crypto';
import { closeSync, constants, fstatSync, linkSync, lstatSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { atomicWrite, syncFolder } from '../../files/atomic-write.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { ioRefusal, type Refusal, refusal } from './faults.ts';
import { bytesOfKey } from './keys.ts';

/** More than any way to write 32 bytes down. */
const largest = 256;

/** Whether anything has its name. */
export const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Looked at and read through one descriptor, so that nothing can be put in its place between the two. */
export function readKeyFile(path: string): Buffer {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    throw openFault(error as NodeJS.ErrnoException, path);
  }
  const bytes = Buffer.alloc(largest + 1);
  try {
    const found = fstatSync(fd);
    if (!found.isFile())
      throw refusal(
        'access_denied',
        'key_file_no_file',
        `the key file \`${path}\` is not a regular file`,
        'put the key file that the vault was made with in its place',
      );
    if (found.uid !== process.geteuid?.())
      throw refusal(
        'access_denied',
        'key_file_of_another_user',
        `the key file \`${path}\` belongs to another user`,
        'use a key file of your own: `chown` it, or run as its owner',
      );
    if ((found.mode & 0o077) !== 0)
      throw refusal(
        'access_denied',
        'key_file_open_to_others',
        `the key file \`${path}\` is open to others`,
        `\`chmod 600 ${path}\`; if others could read it, make a new vault and change its secrets`,
      );
    const length = readSync(fd, bytes, 0, bytes.length, 0);
    const key = keyIn(bytes.subarray(0, length));
    if (!key)
      throw refusal(
        'invalid_request',
        'key_file_form',
        `the key file \`${path}\` does not hold a key of ${bytesOfKey} bytes, raw, in hex or in base64`,
        'put the key file that the vault was made with in its place',
      );
    return key;
  } catch (error) {
    throw ioRefusal(error, path, 'read');
  } finally {
    bytes.fill(0);
    closeSync(fd);
  }
}

function openFault(error: NodeJS.ErrnoException, path: string): unknown {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return missingKey(path);
  if (error.code === 'ELOOP')
    return refusal(
      'access_denied',
      'key_file_link',
      `the key file \`${path}\` is a link`,
      'put the key file itself in its place, or name the place that it leads to in the settings',
    );
  return ioRefusal(error, path, 'read');
}

export const missingKey = (path: string): Refusal =>
  refusal(
    'provider_unavailable',
    'key_file_missing',
    `the key file \`${path}\` is missing`,
    'put the key file that the vault was made with back; without it nothing in the vault can be read',
  );

/** 32 bytes as they are, or as text in hex or base64 of either alphabet. */
function keyIn(bytes: Buffer): Buffer | undefined {
  if (bytes.length === bytesOfKey) return Buffer.from(bytes);
  const text = bytes.toString('latin1').trim();
  if (/^[0-9a-fA-F]{64}$/.test(text)) return Buffer.from(text, 'hex');
  if (!/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) return undefined;
  return Buffer.from(text, 'base64');
}

export interface MadeKey {
  readonly master: Buffer;
  /** Null when another one was there first. */
  readonly place: () => null | 'placed';
}

export function newKey(path: string): MadeKey {
  const master = randomBytes(bytesOfKey);
  return {
    master,
    place: () => {
      try {
        makeFolders(dirname(path), 0o700);
        sweepKeys(path);
        const temporary = `${path}.${process.pid}.new`;
        atomicWrite(temporary, `${master.toString('base64')}\n`);
        try {
          // Unlike a rename it never takes the place of a key.
          linkSync(temporary, path);
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'EEXIST') return null;
          throw error;
        } finally {
          rmSync(temporary, { force: true });
        }
        syncFolder(dirname(path));
        return 'placed';
      } catch (error) {
        throw ioRefusal(error, path, 'written');
      }
    },
  };
}

/** Second names and halves of keys, left by processes that were killed. */
export function sweepKeys(path: string): void {
  const folder = dirname(path);
  const name = basename(path);
  for (const found of readdirSync(folder)) {
    const isLeft = found.startsWith(`${name}.`) && /^\.\d+\.new(\.\d+\.tmp)?$/.test(found.slice(name.length));
    if (isLeft) rmSync(join(folder, found), { force: true });
  }
}
