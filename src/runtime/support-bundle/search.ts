/** Whether a finished bundle holds any of the values that are known, in whatever form. */
import { createNeedles, type Needle, type Needles, shortestNeedle } from './needles.ts';
import { mark, shapesIn } from './shapes.ts';
import { quotedForms, withoutQuotes } from './shown.ts';
import type { Unpacked } from './unpack.ts';
import { squeezed, viewsOf } from './views.ts';

export interface Wanted {
  /** A reference, a path of the config, a variable, or `canary N`; never the value. */
  readonly name: string;
  readonly value: string;
}

export interface Hit {
  /** Name of the file in the bundle. */
  readonly piece: string;
  /** Of what is in it. */
  readonly found: readonly string[];
}

/** Base64 of something that was escaped, and packed before that. */
const deepest = 2;

/** In the order of the files. What `name`s have too short a value must have been told before. O(bytes × views). */
export function searchBundle({ whole, files }: Unpacked, wanted: readonly Wanted[]): readonly Hit[] {
  const needles = createNeedles(wanted.flatMap(needlesOf));
  const hits: Hit[] = [];
  for (const [name, bytes] of files) {
    const found = new Set([...foundIn(bytes, needles), ...foundIn(Buffer.from(name), needles)]);
    const all = [...[...found].sort(), ...shapesIn(bytes.toString('utf8'))];
    if (all.length > 0) hits.push({ piece: name, found: all });
  }
  // Between the files there are headers, whose fields are nobody's.
  const anywhere = needles.in(withoutMarks(whole));
  const rest = [...anywhere].filter((name) => !hits.some(({ found }) => found.includes(name)));
  return rest.length > 0 ? [...hits, { piece: 'the archive', found: rest.sort() }] : hits;
}

/** Breadth first; what was decoded is decoded again. */
function foundIn(bytes: Buffer, needles: Needles): ReadonlySet<string> {
  const found = new Set<string>();
  let level: readonly Buffer[] = [withoutMarks(bytes)];
  for (let depth = 0; ; depth++) {
    for (const one of level) for (const name of needles.in(one)) found.add(name);
    if (depth === deepest) return found;
    level = level.flatMap(viewsOf);
  }
}

/** What stands in the place of a secret is none, though somebody's may be the same word. */
function withoutMarks(bytes: Buffer): Buffer {
  if (!bytes.includes(mark)) return bytes;
  const clean = Buffer.from(bytes);
  const length = Buffer.byteLength(mark);
  for (let at = clean.indexOf(mark); at >= 0; at = clean.indexOf(mark, at)) clean.fill(0, at, at + length);
  return clean;
}

/** The bytes that a value may be, before anybody escapes them: in UTF-8, UTF-16, UTF-32 and Latin-1, read wrongly once, with its lines joined, composed and not, and without the quotes in it. */
function needlesOf({ name, value }: Wanted): readonly Needle[] {
  const texts = new Set([value, value.trim(), squeezed(value)]);
  for (const line of value.split(/[\r\n]+/)) texts.add(line.trim());
  for (const text of [...texts]) {
    for (const form of ['NFC', 'NFD'] as const) texts.add(text.normalize(form));
    // Quotes around it are nothing of it, and without them it may be any word.
    if (/['"\\]/.test(text.replace(/^['"\\]+|['"\\]+$/g, ''))) texts.add(withoutQuotes(text));
  }
  // What is too short without quotes, or any word, is told from chance by its spelling with them alone.
  for (const text of [...texts])
    if (text.length >= shortestNeedle) for (const form of quotedForms(text)) texts.add(form);
  // What is left alone where text is cleaned is no hit either.
  const forms = [...texts]
    .filter(({ length }) => length >= shortestNeedle)
    .flatMap((text) => {
      const utf8 = Buffer.from(text, 'utf8');
      const utf16 = Buffer.from(text, 'utf16le');
      return [
        utf8,
        utf16,
        Buffer.from(utf16).swap16(),
        utf32(text),
        utf32(text).swap32(),
        Buffer.from(utf8.toString('latin1'), 'utf8'),
        cesu8(text),
        ...(/^[\0-\xff]*$/.test(text) ? [Buffer.from(text, 'latin1')] : []),
      ];
    });
  const unique = new Map(forms.map((bytes) => [bytes.toString('latin1'), bytes]));
  return [...unique.values()].map((bytes) => ({ name, bytes }));
}

const utf32 = (text: string): Buffer => {
  const points = [...text].map((char) => char.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) bytes.writeUInt32LE(point, index * 4);
  return bytes;
};

/** Halves of characters one by one, as unescaping leaves them. */
const cesu8 = (text: string): Buffer =>
  Buffer.from(
    [...Array(text.length).keys()].flatMap((at) => {
      const unit = text.charCodeAt(at);
      if (unit < 0xd800 || unit > 0xdfff) return [...Buffer.from(text.charAt(at))];
      return [0xe0 | (unit >> 12), 0x80 | ((unit >> 6) & 0x3f), 0x80 | (unit & 0x3f)];
    }),
  );
