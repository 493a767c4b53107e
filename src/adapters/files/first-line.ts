import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** As far as an interpreter is named there: of the first 256 bytes. Undefined for what is no plain file that can be read. */
export function firstLine(path: string): string | undefined {
  const head = Buffer.alloc(256);
  try {
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      if (!fstatSync(fd).isFile()) return undefined;
      return head.toString('utf8', 0, readSync(fd, head, 0, head.length, 0)).split('\n')[0];
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}
