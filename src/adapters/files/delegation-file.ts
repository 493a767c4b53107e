/** The bytes of a delegation file as they are now, or why there are none, in words. For whoever cannot wait. */
import { closeSync, constants, fstatSync, openSync, readFileSync, statSync } from 'node:fs';

export type DelegationBytes = { readonly bytes: Uint8Array } | { readonly fault: string };

export function delegationBytes(path: string, maxBytes: number): DelegationBytes {
  try {
    // Opening a device could do something.
    if (!statSync(path).isFile()) return { fault: 'it is not a file' };
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
