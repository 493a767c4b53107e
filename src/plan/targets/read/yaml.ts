/**
 * Reads YAML in the one form that is written for targets: blocks, texts in double quotes as JSON has them, no anchors, tags or folded lines.
 * Anything else is refused, so that nothing is taken for what it is not; a test holds it equal to a whole reader of YAML. It looks at each
 * character about once: a large scenario has tens of megabytes.
 */
import { type JsonObject, type JsonValue, setKey } from '../../../base/json.ts';

/** What is done with the entries of a mapping, one after the other. */
export type Each = (name: string, value: JsonValue) => void;

/** Throws a `SyntaxError` that names the line. The entries of what stands in `each` are handed on there and not kept: they may be thousands. */
export function readYaml(text: string, each: Readonly<Record<string, Each>> = {}): JsonObject {
  const [first, ...others] = documentsIn(text, each);
  if (others.length > 0) throw new SyntaxError('there is more than one document');
  return first ?? {};
}

/** Those between lines of `---`, one after the other, so that none has to be kept. */
export function* documentsIn(text: string, each: Readonly<Record<string, Each>> = {}): Generator<JsonObject> {
  const reader: Reader = {
    text,
    lineStart: 0,
    start: 0,
    end: 0,
    indent: 0,
    next: 0,
    over: false,
    escaped: control.test(text) ? -1 : 0,
    keys: new Array<string>(256).fill(''),
  };
  advance(reader);
  while (!reader.over) {
    if (isDivider(reader)) {
      advance(reader);
      continue;
    }
    const value = isItem(reader) ? readItems(reader, 0) : readEntries(reader, 0, each);
    if (!reader.over && !isDivider(reader)) throw unread(reader);
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new SyntaxError('line 1: it is no mapping');
    yield value as JsonObject;
  }
}

/** The current line, from its first character that is no space; an item of a list is a line within its line. */
interface Reader {
  readonly text: string;
  lineStart: number;
  start: number;
  end: number;
  indent: number;
  next: number;
  over: boolean;
  /** No backslash stands between the last place that was asked about and this one; -1 where control characters make every text suspect. */
  escaped: number;
  /** Seen before, by length and letters at the ends: a few dozen words are written a million times. */
  readonly keys: string[];
}

/** Those that may stand in no text as they are. */
const control = /[\0-\x09\x0b-\x1f]/;

const SPACE = 32;
const QUOTE = 34;
const HASH = 35;
const DASH = 45;
const COLON = 58;

/** To the next line that says something. */
function advance(reader: Reader): void {
  const { text } = reader;
  let from = reader.next;
  while (from < text.length) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    let start = from;
    while (start < end && text.charCodeAt(start) === SPACE) start++;
    if (start < end && text.charCodeAt(start) !== HASH) {
      reader.lineStart = from;
      reader.start = start;
      reader.end = end;
      reader.indent = start - from;
      reader.next = end + 1;
      return;
    }
    from = end + 1;
  }
  reader.next = text.length;
  reader.over = true;
}

const isDivider = ({ text, start, end, indent }: Reader): boolean =>
  indent === 0 && end - start === 3 && text.startsWith('---', start);

/** Counted only when something is wrong. */
function unread({ text, lineStart }: Reader): SyntaxError {
  const line = text.slice(0, lineStart).split('\n').length;
  return new SyntaxError(`line ${line}: it is not in the form that is written`);
}

const isItem = ({ text, start, end }: Reader): boolean =>
  end - start > 2 && text.charCodeAt(start) === DASH && text.charCodeAt(start + 1) === SPACE;

function readBlock(reader: Reader, indent: number): JsonValue {
  if (reader.over || reader.indent !== indent) return {};
  return isItem(reader) ? readItems(reader, indent) : readEntries(reader, indent);
}

function readItems(reader: Reader, indent: number): readonly JsonValue[] {
  const items: JsonValue[] = [];
  while (!reader.over && reader.indent === indent && isItem(reader)) {
    reader.start += 2;
    reader.indent += 2;
    if (endOfKey(reader) > 0) items.push(readEntries(reader, indent + 2));
    else {
      items.push(scalar(reader, reader.start));
      advance(reader);
    }
  }
  return items;
}

/** `each` is about the entries of values; `hand` about those that are read here, which are not kept then. */
function readEntries(reader: Reader, indent: number, each?: Readonly<Record<string, Each>>, hand?: Each): JsonObject {
  const entries: Record<string, JsonValue> = {};
  while (!reader.over && reader.indent === indent && !isDivider(reader)) {
    const colon = endOfKey(reader);
    if (colon <= 0) throw unread(reader);
    const { text, start, end } = reader;
    const key = text.charCodeAt(start) === QUOTE ? quoted(reader, start, colon) : keyAt(reader, start, colon);
    if (Object.hasOwn(entries, key)) {
      const line = text.slice(0, reader.lineStart).split('\n').length;
      throw new SyntaxError(`line ${line}: \`${key}\` stands there twice`);
    }
    let value: JsonValue;
    if (colon + 1 === end) {
      advance(reader);
      const below = each && Object.hasOwn(each, key) ? each[key] : undefined;
      value =
        below && !reader.over && reader.indent === indent + 2 && !isItem(reader)
          ? readEntries(reader, indent + 2, undefined, below)
          : readBlock(reader, indent + 2);
    } else {
      value = scalar(reader, colon + 2);
      advance(reader);
    }
    if (hand) {
      hand(key, value);
      value = true;
    }
    if (key === '__proto__') setKey(entries, key, value);
    else entries[key] = value;
  }
  return entries;
}

/** Of the colon behind the key; -1 for what is no entry. */
function endOfKey({ text, start, end }: Reader): number {
  let at = start;
  if (text.charCodeAt(at) === QUOTE) {
    at++;
    while (at < end && text.charCodeAt(at) !== QUOTE) at += text[at] === '\\' ? 2 : 1;
    at++;
  } else {
    if (!isLetter(text.charCodeAt(at))) return -1;
    while (at < end && isKeyPart(text.charCodeAt(at))) at++;
  }
  if (at >= end || text.charCodeAt(at) !== COLON) return -1;
  return at + 1 === end || text.charCodeAt(at + 1) === SPACE ? at : -1;
}

const isLetter = (code: number): boolean => (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95;
/** A dash, a dot, a slash, and digits. */
const isKeyPart = (code: number): boolean => isLetter(code) || (code >= 45 && code <= 57);

function keyAt({ text, keys }: Reader, start: number, end: number): string {
  const place = ((end - start) * 8 + text.charCodeAt(start) + text.charCodeAt(end - 1) * 4) & 255;
  const known = keys[place];
  if (known?.length === end - start && text.startsWith(known, start)) return known;
  const key = text.slice(start, end);
  keys[place] = key;
  return key;
}

/** No two characters in it mean something else than themselves. */
function isPlain(reader: Reader, start: number, end: number): boolean {
  const { text } = reader;
  if (reader.escaped < 0) return false;
  if (reader.escaped < start) {
    const next = text.indexOf('\\', start);
    reader.escaped = next < 0 ? text.length : next;
  }
  return reader.escaped >= end && text.indexOf('"', start + 1) === end - 1;
}

function quoted(reader: Reader, start: number, end: number): string {
  if (isPlain(reader, start, end)) return reader.text.slice(start + 1, end - 1);
  try {
    const value = JSON.parse(reader.text.slice(start, end)) as JsonValue;
    if (typeof value === 'string') return value;
  } catch {
    // It is told below.
  }
  throw unread(reader);
}

function scalar(reader: Reader, start: number): JsonValue {
  const { text, end } = reader;
  if (text.charCodeAt(start) === QUOTE) return quoted(reader, start, end);
  const word = text.slice(start, end);
  switch (word) {
    case 'true':
      return true;
    case 'false':
      return false;
    case 'null':
      return null;
    case '[]':
      return [];
    case '{}':
      return {};
  }
  if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(word)) return Number(word);
  throw unread(reader);
}
