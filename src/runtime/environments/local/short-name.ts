/** Names of files that are made of monikers, which have no greatest length. */
import { createHash } from 'node:crypto';

/** The systems take 255 bytes, and something is put behind it. */
const MOST = 200;

/** As it is, or its beginning and a hash of the whole. Takes what `encodeURIComponent` gives: one byte a character. */
export function shortName(name: string): string {
  if (name.length <= MOST) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  // Nothing is cut in the middle of a `%xx`.
  return `${name.slice(0, MOST - 33).replace(/%[0-9A-F]?$/, '')}~${hash}`;
}
