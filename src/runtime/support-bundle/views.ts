/**
 * The texts that may be hidden in bytes: unescaped, decoded, joined, unpacked. The redactor writes a value in every form and looks for
 * those; this goes the other way, and shares nothing with it, so that what the one forgets the other finds.
 */
import { constants, inflateRawSync, inflateSync } from 'node:zlib';
import { entityNamed } from './entities.ts';
import { dumpsDecoded, numbersDecoded, withoutColours, withoutQuotes } from './shown.ts';

/** What is unpacked out of one place; beyond that it is no part of a bundle. */
const mostUnpacked = 8 * 1024 * 1024;
/** What a log has before each line. */
const stamp = /^\S{1,40} (?:stdout|stderr) /gm;
const between = '\n';

/** Each with its name, besides the bytes as they are. Only those that differ from them. O(bytes). */
export function viewsOf(bytes: Buffer): readonly Buffer[] {
  const text = bytes.toString('latin1');
  const unstamped = text.replace(stamp, '');
  const joined = squeezed(unstamped);
  const found = new Set<string>();
  for (const view of [
    unescaped(text, 'bytes'),
    unescaped(text, 'characters'),
    percentDecoded(text, false),
    percentDecoded(text, true),
    entitiesDecoded(text),
    joined,
    quotedPrintableDecoded(text),
    base64Decoded(text),
    base64Decoded(joined),
    base32Decoded(text, /[A-Z2-7]{10,}|[a-z2-7]{10,}/g),
    // Small words that were joined would all look like it.
    base32Decoded(joined, /[A-Z2-7]{10,}/g),
    numbersDecoded(text),
    dumpsDecoded(unstamped),
    withoutColours(text),
    withoutQuotes(text),
    hexDecoded(text),
    hexDecoded(unstamped.replace(/[\s:,-]|\\x|0x/g, '')),
  ])
    if (view !== text && view !== '') found.add(view);
  return [...[...found].map((view) => Buffer.from(view, 'latin1')), ...unpacked(bytes)];
}

/** Without what may stand between the lines of a text that was wrapped. */
export const squeezed = (text: string): string => text.replace(/\s+/g, '');

/** Of JSON, of shells and of programming languages. What is beyond a byte comes as UTF-8; two digits are a byte here, and a character there. */
const unescaped = (text: string, two: 'bytes' | 'characters'): string =>
  text.replace(
    /\\(?:u(?:\{([0-9a-fA-F]{1,8})\}|([0-9a-fA-F]{4}))|U([0-9a-fA-F]{8})|x([0-9a-fA-F]{2})|([0-7]{3})|([^ux]))/g,
    (_, braced, four, eight, hex, octal, char) => {
      // What follows four digits may be a digit too, and is none of theirs.
      const point = braced ?? four ?? eight;
      if (point !== undefined) return utf8(Number.parseInt(point, 16));
      if (hex !== undefined && two === 'characters') return utf8(Number.parseInt(hex, 16));
      if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
      if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff);
      return named[char as string] ?? (char as string);
    },
  );

const named: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f', '0': '\0' };

/** Halves of a character outside of the basic plane stand one by one, and are joined by whoever compares. */
const utf8 = (point: number): string => {
  if (point > 0x10ffff) return '';
  if (point < 0xd800 || point > 0xdfff) return Buffer.from(String.fromCodePoint(point)).toString('latin1');
  return halfOf(point);
};
/** As CESU-8 has it; see `searchedFor`, which looks for that form too. */
const halfOf = (half: number): string =>
  String.fromCharCode(0xe0 | (half >> 12), 0x80 | ((half >> 6) & 0x3f), 0x80 | (half & 0x3f));

const percentDecoded = (text: string, isForm: boolean): string =>
  (isForm ? text.replaceAll('+', ' ') : text).replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );

const quotedPrintableDecoded = (text: string): string =>
  text
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

const entitiesDecoded = (text: string): string =>
  text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([A-Za-z0-9]{2,16}));/g, (all: string, decimal, hex, name) => {
    if (name === undefined) return utf8(decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal));
    const one = entityNamed.get(name as string);
    return one === undefined ? all : Buffer.from(one).toString('latin1');
  });

/** A value may begin at any of four places of a run, as what stands before it has them. */
function base64Decoded(text: string): string {
  let out = '';
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{8,}/g))
    for (let skip = 0; skip < 4; skip++)
      out += `${Buffer.from(run.slice(skip), 'base64').toString('latin1')}${between}`;
  return out;
}

/** RFC 4648; a value may begin at any of eight places of a run. */
function base32Decoded(text: string, runs: RegExp): string {
  const out: Buffer[] = [];
  for (const [run] of text.matchAll(runs))
    for (let skip = 0; skip < 8; skip++) out.push(fiveBits(run.toUpperCase(), skip), Buffer.from(between));
  return Buffer.concat(out).toString('latin1');
}

/** What is left at the end and is no whole byte is dropped. */
function fiveBits(run: string, start: number): Buffer {
  const bytes = Buffer.alloc(Math.floor(((run.length - start) * 5) / 8));
  let bits = 0;
  let held = 0;
  let end = 0;
  for (let at = start; at < run.length; at++) {
    const code = run.charCodeAt(at);
    held = ((held << 5) | (code >= 65 ? code - 65 : code - 24)) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes[end++] = (held >> bits) & 0xff;
  }
  return bytes;
}

function hexDecoded(text: string): string {
  let out = '';
  for (const [run] of text.matchAll(/[0-9a-fA-F]{12,}/g))
    for (let skip = 0; skip < 2; skip++) out += `${Buffer.from(run.slice(skip), 'hex').toString('latin1')}${between}`;
  return out;
}

/** What is compressed, wherever it begins, also where its end was cut off and where more comes behind it. */
function unpacked(bytes: Buffer): readonly Buffer[] {
  const found: Buffer[] = [];
  const tryAt = (start: number, work: (piece: Buffer, options: typeof lenient) => Buffer): void => {
    try {
      found.push(work(bytes.subarray(start), lenient));
    } catch {
      // It only looked like it.
    }
  };
  for (let at = bytes.indexOf(gzip); at >= 0; at = bytes.indexOf(gzip, at + 1))
    tryAt(at + gzipHeader(bytes.subarray(at)), inflateRawSync);
  for (const start of zlib)
    for (let at = bytes.indexOf(start); at >= 0; at = bytes.indexOf(start, at + 1)) tryAt(at, inflateSync);
  return found;
}

const lenient = { maxOutputLength: mostUnpacked, finishFlush: constants.Z_SYNC_FLUSH };
const gzip = Buffer.from([0x1f, 0x8b, 0x08]);
const zlib = [0x01, 0x5e, 0x9c, 0xda].map((level) => Buffer.from([0x78, level]));

/** How many bytes are before what is compressed (RFC 1952, 2.3). */
function gzipHeader(bytes: Buffer): number {
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0);
  for (const flag of [8, 16]) if (flags & flag) at = bytes.indexOf(0, at) + 1;
  return flags & 2 ? at + 2 : at;
}
