/** A lock on the disk, and what was recorded beside it. */
import { constants } from 'node:fs';
import { lstat, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { recordingForm, recordingsSuffix } from '../../language/lock/format.ts';

export interface LockFiles {
  /** Null where there is no such file. */
  readonly text: string | null;
  readonly recordings: ReadonlyMap<string, Uint8Array>;
}

/** Throws only when there is something that cannot be read. */
export async function readLockFiles(path: string, wanted: { readonly recordings: boolean }): Promise<LockFiles> {
  const flag = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const text = await readFile(path, { encoding: 'utf8', flag }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (text === null || !wanted.recordings) return { text, recordings: new Map() };
  const folder = `${path}${recordingsSuffix}`;
  const recordings = new Map<string, Uint8Array>();
  for (const name of await recorded(folder)) {
    // What cannot be read is as good as not there; whoever needs it says so.
    const bytes = await readFile(join(folder, name), { flag }).catch(() => undefined);
    if (bytes) recordings.set(name, bytes);
  }
  return { text, recordings };
}

/** None where a link stands in the place of the folder. */
async function recorded(folder: string): Promise<readonly string[]> {
  const there = await lstat(folder).catch(() => undefined);
  if (!there?.isDirectory()) return [];
  return (await readdir(folder).catch(() => [])).filter((name) => recordingForm.test(name)).sort();
}

/** Takes away what an earlier lock of the same name recorded; what has another name is somebody else's. */
export async function removeOldRecordings(path: string, kept: ReadonlySet<string>): Promise<void> {
  const folder = `${path}${recordingsSuffix}`;
  for (const name of await recorded(folder))
    if (!kept.has(name)) await rm(join(folder, name), { force: true }).catch(() => {});
  // Only an empty one goes.
  await rmdir(folder).catch(() => {});
}
