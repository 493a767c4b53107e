/** Reading the files of a bundle: plain files inside its folder, and nothing that leads elsewhere. */
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { compareText } from '../../base/order.ts';

/** The bytes, or why there are none. */
export type ReadFile = { readonly bytes: Uint8Array } | { readonly reason: string; readonly missing: boolean };

export async function readBundleFile(path: string, maxBytes: number): Promise<ReadFile> {
  try {
    const handle = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return failed('it is not a plain file');
      if (stat.size > maxBytes) return failed(`it has more than ${maxBytes / 1_048_576} MiB`);
      const buffer = Buffer.allocUnsafe(stat.size);
      let length = 0;
      while (length < buffer.length) {
        const { bytesRead } = await handle.read(buffer, length, buffer.length - length, null);
        if (bytesRead === 0) break;
        length += bytesRead;
      }
      return { bytes: buffer.subarray(0, length) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return explain(error as NodeJS.ErrnoException);
  }
}

/** Names in a folder, in byte order, or why there are none. */
export async function listFolder(path: string): Promise<readonly string[] | { readonly reason: string }> {
  try {
    const stat = await lstat(path);
    if (stat.isSymbolicLink()) return failed(link);
    if (!stat.isDirectory()) return failed('it is not a folder');
    return (await readdir(path)).sort(compareText);
  } catch (error) {
    return explain(error as NodeJS.ErrnoException);
  }
}

const link = 'it is a symbolic link, and a bundle holds its files itself';
const failed = (reason: string, missing = false): { readonly reason: string; readonly missing: boolean } => ({
  reason,
  missing,
});

function explain({ code, message }: NodeJS.ErrnoException): ReturnType<typeof failed> {
  if (code === 'ENOENT' || code === 'ENOTDIR') return failed('it is not there', true);
  if (code === 'ELOOP') return failed(link);
  if (code === 'EACCES' || code === 'EPERM') return failed(`permission denied (${code})`);
  return failed(code ?? message);
}
