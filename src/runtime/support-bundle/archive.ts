/** Files as one `.tar.gz`: the same bytes for the same files. Names are ours, in ASCII, and short. */
import { gzipSync } from 'node:zlib';
import { invariant } from '../../base/invariant.ts';

export interface ArchiveFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

const block = 512;

/** In the order that is given; whoever owns them, and when they were made, is not told. */
export function archiveOf(files: readonly ArchiveFile[]): Buffer {
  const parts = files.flatMap(({ name, bytes }) => [
    headerOf(name, bytes.length),
    bytes,
    Buffer.alloc(padding(bytes.length)),
  ]);
  return gzipSync(Buffer.concat([...parts, Buffer.alloc(2 * block)]), { level: 9 });
}

const padding = (length: number): number => (block - (length % block)) % block;

function headerOf(name: string, length: number): Buffer {
  invariant(/^[\x21-\x7e]{1,100}$/.test(name), 'a name in an archive fits its field');
  const header = Buffer.alloc(block);
  const put = (text: string, at: number): void => void header.write(text, at, 'latin1');
  const octal = (value: number, at: number, width: number): void =>
    put(`${value.toString(8).padStart(width - 1, '0')}\0`, at);
  put(name, 0);
  octal(0o600, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(length, 124, 12);
  octal(0, 136, 12);
  put(' '.repeat(8), 148);
  put('0', 156);
  put('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
