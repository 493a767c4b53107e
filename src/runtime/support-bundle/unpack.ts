/** Reads a finished `.tar.gz` as a stranger would. It shares no code with what wrote it, and takes nothing for granted. */
import { gunzipSync } from 'node:zlib';

export interface Unpacked {
  /** All bytes between the first and the last, headers included. */
  readonly whole: Buffer;
  readonly files: ReadonlyMap<string, Buffer>;
}

/** A text says what is wrong. */
export function unpack(archive: Uint8Array, mostBytes: number): Unpacked | string {
  let whole: Buffer;
  try {
    whole = gunzipSync(archive, { maxOutputLength: mostBytes });
  } catch (error) {
    return `it is not gzip, or too much: ${(error as Error).message}`;
  }
  const files = new Map<string, Buffer>();
  for (let at = 0; at + 512 <= whole.length; ) {
    const head = whole.subarray(at, at + 512);
    if (head.every((byte) => byte === 0)) return at + 1024 <= whole.length ? { whole, files } : 'its end is missing';
    const field = (from: number, to: number): string => head.toString('latin1', from, to).replace(/[\0 ]+$/, '');
    let sum = 0;
    for (let i = 0; i < 512; i++) sum += i >= 148 && i < 156 ? 32 : (head[i] as number);
    if (Number.parseInt(field(148, 156), 8) !== sum) return `the header at ${at} is damaged`;
    const size = Number.parseInt(field(124, 136), 8);
    const name = field(0, 100);
    if (field(156, 157) !== '0') return `${name} is not a plain file`;
    if (files.has(name)) return `${name} is there twice`;
    if (!(size >= 0) || at + 512 + size > whole.length) return `${name} is cut off`;
    files.set(name, whole.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return 'its end is missing';
}
