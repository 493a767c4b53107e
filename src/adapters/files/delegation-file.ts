/** The bytes of a delegation file as they are now, or why there are none, in words. For whoever cannot wait. */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';
import type { ScenarioTree } from './scenario-tree.ts';

export type DelegationBytes = { readonly bytes: Uint8Array } | { readonly fault: string };

/** One that lies outside of the tree is not read; the tree itself is in nothing, and no file. */
export function delegationIn(
  tree: Pick<ScenarioTree, 'refusal' | 'holdsFolder'>,
  path: string,
  maxBytes: number,
): DelegationBytes {
  const outside = tree.refusal(path);
  if (!outside) return delegationBytes(path, maxBytes);
  return { fault: tree.holdsFolder(path) ? 'it is a folder' : outside.message };
}

function delegationBytes(path: string, maxBytes: number): DelegationBytes {
  try {
    // Opening a device could do something.
    const found = statSync(path);
    if (!found.isFile()) return { fault: found.isDirectory() ? 'it is a folder' : 'it is not a file' };
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { size } = fstatSync(fd);
      if (size > maxBytes) return { fault: `it has ${size} bytes, and at most ${maxBytes} are read` };
      const bytes = readFileSync(fd);
      return bytes.length > maxBytes ? { fault: 'it grew while it was read' } : { bytes };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string') throw error;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { fault: 'there is no such file' };
    return { fault: code === 'EACCES' || code === 'EPERM' ? 'it may not be read' : code };
  }
}
