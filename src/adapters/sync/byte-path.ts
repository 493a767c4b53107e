/**
 * Paths as bytes, and as text that people and JSON can hold. In the text, what is not UTF-8, what acts on a terminal, and `%` itself
 * stand as `%XX`; everything else as it is. There is one text for each path.
 */
import { controls } from '../../base/control.ts';
import type { BytePath } from '../../ir/workspace.ts';

/** Printable ASCII without `%`: most paths, and their own text. */
const PLAIN = /^[ -$&-~]*$/;
/** A lone surrogate is what a decoder of ours would never make. */
const SPECIAL = new RegExp(`[%${controls}]`, 'g');
const CONTROL = new RegExp(`[${controls}]`, 'g');
const ESCAPE = /%([0-9A-Fa-f]{2})/g;

/** For people and for JSON; `bytePathOf` gives the path back. */
export function pathText(path: BytePath): string {
  if (PLAIN.test(path)) return path;
  const bytes = bytesOf(path);
  let text = '';
  for (let from = 0; from < bytes.length; ) {
    const length = sequenceAt(bytes, from);
    if (length === 0) text += percent(bytes[from++] as number);
    else {
      // A whole run of well-formed sequences at once.
      let to = from + length;
      for (let next = sequenceAt(bytes, to); next > 0; next = sequenceAt(bytes, to)) to += next;
      text += bytes
        .toString('utf8', from, to)
        .replace(SPECIAL, (found) => [...Buffer.from(found)].map(percent).join(''));
      from = to;
    }
  }
  return text;
}

/** Of a place on this machine, as it would be typed: only what acts on a terminal stands as `%XX`. Copies have `%` in their names. */
export const placeAsTyped = (place: string): string =>
  place.replace(CONTROL, (found) => [...Buffer.from(found)].map(percent).join(''));

/** Of what `pathText` made, and of what a person typed: a `%` that no two hexadecimal digits follow stands for itself. */
export function bytePathOf(text: string): BytePath {
  if (PLAIN.test(text)) return text;
  return Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

/** Of what `pathText` made: the name as programs open it, where it is text at all; else as it stood. */
export function nameOfText(text: string): string {
  const bytes = bytesOf(bytePathOf(text));
  const name = bytes.toString('utf8');
  return Buffer.from(name).equals(bytes) ? name : text;
}

/** For the system: what its calls take where a name need not be UTF-8. */
export const bytesOf = (path: BytePath): Buffer => Buffer.from(path, 'latin1');

/** Of what a system call gave with the encoding `buffer`. */
export const pathOfBytes = (bytes: Uint8Array): BytePath =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');

/** `''` for the root. */
export const parentOf = (path: BytePath): BytePath => path.slice(0, Math.max(path.lastIndexOf('/'), 0));

/** The order of a tree: name by name, each by its bytes. A folder stands right before what is in it. */
export function comparePaths(a: BytePath, b: BytePath): number {
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++;
  if (at === length) return a.length - b.length;
  // No name holds a byte 0, and `/` ends one: it comes before every byte that goes on.
  const x = a.charCodeAt(at);
  const y = b.charCodeAt(at);
  return (x === 0x2f ? 0 : x) - (y === 0x2f ? 0 : y);
}

const percent = (byte: number): string => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** Length of the UTF-8 sequence that begins at `at`; 0 where none does: also for overlong ones, surrogates, and past U+10FFFF. */
function sequenceAt(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  if (first === undefined) return 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i] ?? 0;
    const low = i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    const high = i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    if (byte < low || byte > high) return 0;
  }
  return length;
}
