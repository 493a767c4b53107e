import { printable } from '../../base/printable.ts';

/** The beginning of `bytes`, cut between characters: at most `limit` bytes with the mark of the cut. */
export function preview(bytes: Buffer, limit: number): string {
  if (bytes.length <= limit) return printable(bytes.toString('utf8')).trim();
  let end = limit - 3;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return `${printable(bytes.toString('utf8', 0, end)).trim()}…`;
}
