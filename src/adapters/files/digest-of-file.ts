/** The digest of a file of any size, which is read piece by piece. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';

const pieceBytes = 1024 * 1024;

/** `sha256:` and base64. Undefined where no plain file can be read, or it has more than `maxBytes`. */
export async function digestOfFile(path: string, maxBytes: number): Promise<string | undefined> {
  try {
    // Opening a device could do something.
    if (!(await stat(path)).isFile()) return undefined;
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await digestIn(handle, maxBytes);
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return undefined;
    throw error;
  }
}

async function digestIn(handle: FileHandle, maxBytes: number): Promise<string | undefined> {
  const found = await handle.stat();
  if (!found.isFile() || found.size > maxBytes) return undefined;
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(found.size, 4095) + 1));
  for (let length = 0; ; ) {
    const { bytesRead } = await handle.read(piece, 0, piece.length, null);
    if (bytesRead === 0) return `sha256:${hash.digest('base64')}`;
    length += bytesRead;
    if (length > maxBytes) return undefined;
    hash.update(piece.subarray(0, bytesRead));
  }
}

/** The same, for whoever cannot wait. */
export function digestOfFileSync(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return undefined;
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const { size } = fstatSync(fd);
      const hash = createHash('sha256');
      const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(size, 4095) + 1));
      for (;;) {
        const length = readSync(fd, piece, 0, piece.length, null);
        if (length === 0) return `sha256:${hash.digest('base64')}`;
        hash.update(piece.subarray(0, length));
      }
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code === 'string') return undefined;
    throw error;
  }
}
