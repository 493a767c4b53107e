/** Whether there is room for what is going to be staged, before any of it is written. */
import { statfsSync } from 'node:fs';
import type { Change } from '../../ir/workspace.ts';
import { Told } from './told.ts';

/** Throws `workspace_no_space`. Where a file system does not count inodes, only bytes are asked for. */
export function needSpace(folder: string, changes: readonly Change[]): void {
  const { bavail, bsize, files, ffree } = statfsSync(folder);
  const needed = spaceFor(changes, bsize);
  if (needed.bytes > bavail * bsize)
    throw none(folder, `${needed.bytes} bytes are needed, and ${bavail * bsize} are free`);
  if (files > 0 && needed.inodes > ffree)
    throw none(folder, `${needed.inodes} files are to be made, and the file system has room for ${ffree}`);
}

/** Whole blocks; one more for each name, which its folder may have to grow for, and for the folder of all. */
export function spaceFor(
  changes: readonly Change[],
  block: number,
): { readonly bytes: number; readonly inodes: number } {
  let blocks = 1;
  let inodes = 1;
  for (const { becomes } of changes) {
    if (becomes === undefined) continue;
    inodes++;
    blocks += becomes.kind === 'file' ? Math.ceil(becomes.size / block) : 1;
  }
  // A name takes less than 300 bytes.
  return { bytes: (blocks + Math.ceil((inodes * 300) / block)) * block, inodes };
}

const none = (folder: string, why: string): Told =>
  new Told({
    code: 'workspace_no_space',
    message: `there is no space to stage the changes in ${folder}: ${why}`,
    remedy: 'free some space there, and finalize again',
  });
