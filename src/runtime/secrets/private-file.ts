/** Files of records: the owner's alone, whole or not there, and not believed where somebody else could have written them. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, rmSync, type Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { atomicWrite } from '../../adapters/files/atomic-write.ts';
import { ioReason } from '../../adapters/files/io-reason.ts';
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { makePrivate } from '../state/run-folder.ts';
import { FaultError, faultError } from './fault-error.ts';

/** Undefined where there is none. Throws a fault for what is not to be believed. */
export function readPrivate(path: string): string | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw unreadable(path, code === 'ELOOP' ? 'it is a link' : message);
  }
  try {
    const fault = ownFault(fstatSync(fd));
    if (fault !== undefined) throw unreadable(path, fault);
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

/** Why what is there is not the user's own; undefined when it is. */
export function ownFault(found: Stats): string | undefined {
  if (!found.isFile()) return 'it is not a plain file';
  if (found.uid !== (process.geteuid?.() ?? found.uid)) return `it belongs to the user ${found.uid}`;
  return (found.mode & 0o022) === 0 ? undefined : 'others may write to it';
}

/** An object of this version of the form. Undefined where there is no file. */
export function readRecord(path: string, version: number): JsonObject | undefined {
  const text = readPrivate(path);
  if (text === undefined) return undefined;
  let value: JsonValue;
  try {
    value = isShallow(text) ? (JSON.parse(text) as JsonValue) : null;
  } catch {
    throw unreadable(path, 'it is not JSON');
  }
  if (!isObject(value)) throw unreadable(path, 'it is not an object');
  const found = value['version'];
  if (typeof found === 'number' && Number.isInteger(found) && found > version)
    throw faultError(
      'conflict',
      'record_newer',
      `${path} has version ${found}, which a newer headgate wrote`,
      'use that headgate, or keep the state elsewhere with --state-dir',
    );
  if (found !== version) throw unreadable(path, `its version is not ${version}`);
  return value;
}

/** On the disk when it returns. Throws a fault when it cannot be written. */
export function writePrivate(path: string, text: string): void {
  try {
    makePrivate(dirname(path));
    atomicWrite(path, text);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/** What killed processes left of writes to `path`. Only for whoever holds the lock of the file. */
export function sweepHalfWritten(path: string): void {
  const folder = dirname(path);
  const begun = `${basename(path)}.`;
  try {
    for (const name of readdirSync(folder))
      if (name.startsWith(begun) && /^\d+\.tmp$/.test(name.slice(begun.length)))
        rmSync(join(folder, name), { force: true });
  } catch {
    // Without the folder there is nothing to sweep, and a folder that is closed is told by what follows.
  }
}

export const unreadable = (path: string, fault: string): FaultError =>
  faultError(
    'conflict',
    'record_unreadable',
    `${path} is not used: ${fault}`,
    'put the file back as it was, or move it away',
  );

export function unwritable(path: string, error: unknown): FaultError {
  if (error instanceof FaultError) return error;
  const { code = '' } = error as NodeJS.ErrnoException;
  const known = code === 'EEXIST' ? 'there is something else in the place of its folder' : undefined;
  const { reason } = ioReason({ name: '', code, message: '' });
  return faultError(
    'provider_unavailable',
    'record_unwritable',
    `${path} cannot be written: ${known ?? reason}`,
    code === 'ENOSPC' || code === 'EDQUOT'
      ? 'free some space, or keep the state elsewhere with --state-dir'
      : 'see that the state folder is a folder of yours that you can write to, or name another one with --state-dir',
  );
}
