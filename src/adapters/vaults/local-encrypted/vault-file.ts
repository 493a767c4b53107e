/** The file of a vault on the disk: read whole, written whole, and with the one before beside it. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { atomicWrite, syncFolder } from '../../files/atomic-write.ts';
import { makeFolders } from '../../files/make-folders.ts';
import { largestFile, type VaultDocument } from './document.ts';
import { ioRefusal, refusal } from './faults.ts';
import { macOf, type VaultKeys } from './keys.ts';
import type { VaultFiles } from './places.ts';
import { endOf } from './read-document.ts';

export interface FoundFile {
  readonly text: string;
  /** Changes whenever the file does. */
  readonly stamp: string;
  readonly mode: number;
}

/** Undefined where there is none. With `known` the text of a file that has not changed since is not read again. */
export function readVaultFile(path: string, known?: FoundFile): FoundFile | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw ioRefusal(error, path, 'read');
  }
  try {
    const found = fstatSync(fd, { bigint: true });
    if (!found.isFile())
      throw refusal(
        'access_denied',
        'vault_file_no_file',
        `the vault file \`${path}\` is not a regular file`,
        'name the file of the vault in the settings',
      );
    if (found.size > largestFile)
      throw refusal(
        'provider_error',
        'vault_file_too_large',
        `the vault file \`${path}\` is larger than any vault`,
        'name the file of the vault in the settings',
      );
    const stamp = [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' ');
    if (stamp === known?.stamp) return known;
    return { text: readFileSync(fd, 'utf8'), stamp, mode: Number(found.mode) };
  } catch (error) {
    throw ioRefusal(error, path, 'read');
  } finally {
    closeSync(fd);
  }
}

export function textOf(keys: VaultKeys, document: VaultDocument): string {
  const signed = JSON.stringify(document, null, 1).slice(0, -'\n}'.length);
  return signed + endOf(macOf(keys, signed));
}

/** For the holder of the lock. `before` is what stands there now, and is known to be whole. */
export function writeVaultFile({ vault, backup }: VaultFiles, before: string, text: string): void {
  checkSize(text);
  writing(backup, () => atomicWrite(backup, before));
  writing(vault, () => atomicWrite(vault, text));
}

/** A vault whose key is not in its place yet. */
export function beginVaultFile({ vault, begun }: VaultFiles, text: string): void {
  checkSize(text);
  writing(begun, () => atomicWrite(begun, text));
  // From here on a file of that name is in the way of nobody.
  writing(vault, () => syncFolder(dirname(vault)));
}

export function finishVaultFile({ vault, begun }: VaultFiles): void {
  writing(vault, () => {
    renameSync(begun, vault);
    syncFolder(dirname(vault));
  });
}

export const dropBegun = ({ begun }: VaultFiles): void => writing(begun, () => rmSync(begun, { force: true }));

export const makeFolderOf = ({ vault }: VaultFiles): void =>
  writing(dirname(vault), () => makeFolders(dirname(vault), 0o700));

/** Halves of files, left by writers that were killed. For the holder of the lock. */
export function sweepHalves({ vault }: VaultFiles): void {
  const folder = dirname(vault);
  const name = basename(vault);
  for (const found of readdirSync(folder))
    if (found.startsWith(`${name}.`) && /^(\.backup|\.new)?\.\d+\.tmp$/.test(found.slice(name.length)))
      rmSync(join(folder, found), { force: true });
}

function checkSize(text: string): void {
  if (Buffer.byteLength(text) > largestFile)
    throw refusal('invalid_request', 'vault_full', 'the vault is full', 'remove secrets, or begin another vault');
}

function writing(path: string, work: () => unknown): void {
  try {
    work();
  } catch (error) {
    throw ioRefusal(error, path, 'written');
  }
}
