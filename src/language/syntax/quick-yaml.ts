/**
 * YAML as manifests mostly are: mappings and lists in blocks, one key or item a line, with plain or quoted values and collections in brackets
 * that end in their line. What this reads, the library reads the same; anything else, a fault above all, is left to it.
 */
import type { Range } from '../../base/span.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { maxNesting, maxParts } from './limits.ts';
import { canonicalNumber } from './number.ts';

interface Reading {
  readonly text: string;
  /** Of the next character. */
  at: number;
  /** Of the line that `at` is in; of an item with a key, the column of the key. -1 behind the last line. */
  indent: number;
  /** Behind the last line with something in it. */
  end: number;
  /** At least as many as the library would count. */
  parts: number;
  depth: number;
}

/** Undefined for what is left to the library. O(length). */
export function quickYaml(text: string): SyntaxNode | undefined {
  const reading: Reading = { text, at: 0, indent: 0, end: 0, parts: 0, depth: 0 };
  if (text.length > maxLength || !toContent(reading) || reading.indent !== 0) return undefined;
  const node = blockAt(reading, 0);
  return node && isOver(reading) ? node : undefined;
}

/** For each character of a value, a pattern takes 8 bytes of the 64 MiB that V8 gives it. */
const maxLength = 4_000_000;

const [newline, space, quote, hash, apostrophe, comma, dash, colon] = [10, 32, 34, 35, 39, 44, 45, 58];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];
/** Words, marks and spaces that a line in a block can have besides collections in brackets. */
const partsOfLine = 16;
/** A blank line, or one with a comment. */
const partsOfBlank = 3;

function lineBehind(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

/** To the first character of the next line that has one. False where comments are not indented like that line: the library may put them elsewhere. */
function toContent(reading: Reading): boolean {
  const { text } = reading;
  let start = reading.at;
  let comments: number | undefined;
  for (let i = start; ; i++) {
    const c = text.charCodeAt(i);
    if (c === space) continue;
    const indent = i - start;
    reading.parts += partsOfBlank;
    if (c === hash) {
      if (indent !== (comments ?? indent)) return false;
      comments = indent;
      i = lineBehind(text, i) - 1;
      start = i + 1;
    } else if (c === newline) start = i + 1;
    else {
      const isEnd = i >= text.length;
      reading.at = i;
      reading.indent = isEnd ? -1 : indent;
      reading.parts += partsOfLine;
      return reading.parts <= maxParts && (comments ?? indent) === (isEnd && comments !== undefined ? 0 : indent);
    }
  }
}

/** Past blanks and a comment to the next line. False where there is something else. */
function endOfLine(reading: Reading): boolean {
  const { text } = reading;
  const from = reading.at;
  let i = from;
  while (text.charCodeAt(i) === space) i++;
  const c = text.charCodeAt(i);
  if (i < text.length && c !== newline && !(c === hash && i > from)) return false;
  reading.at = lineBehind(text, i);
  reading.end = reading.at;
  return toContent(reading);
}

const isOver = ({ indent }: Reading): boolean => indent < 0;
const isBlank = (c: number): boolean => c === space || c === newline;
const isItem = ({ text, at }: Reading): boolean => text.charCodeAt(at) === dash && isBlank(text.charCodeAt(at + 1));

/** Recursion is bounded by `maxNesting`. */
function blockAt(reading: Reading, indent: number): SyntaxNode | undefined {
  if (++reading.depth > maxNesting) return undefined;
  const node = isItem(reading) ? listAt(reading, indent) : mappingAt(reading, indent);
  reading.depth--;
  return node;
}

function mappingAt(reading: Reading, indent: number): SyntaxNode | undefined {
  const start = reading.at;
  const entries: Entry[] = [];
  do {
    const from = reading.at;
    const key = keyAt(reading);
    if (key === undefined) return undefined;
    const keyRange: Range = { start: from, end: reading.at };
    reading.at++;
    const value = valueAt(reading, indent);
    if (!value) return undefined;
    entries.push({ key, keyRange, value });
  } while (reading.indent === indent);
  return { kind: 'object', range: { start, end: reading.end }, entries };
}

/** Behind the colon of a key. */
function valueAt(reading: Reading, indent: number): SyntaxNode | undefined {
  const { text } = reading;
  if (text.charCodeAt(reading.at) === space) return inline(reading);
  if (!endOfLine(reading)) return undefined;
  if (reading.indent > indent) return blockAt(reading, reading.indent);
  return reading.indent === indent && isItem(reading) ? blockAt(reading, indent) : undefined;
}

function listAt(reading: Reading, indent: number): SyntaxNode | undefined {
  const start = reading.at;
  const items: SyntaxNode[] = [];
  do {
    reading.at++;
    const item = itemAt(reading, indent);
    if (!item) return undefined;
    items.push(item);
  } while (reading.indent === indent && isItem(reading));
  return { kind: 'array', range: { start, end: reading.end }, items };
}

/** Behind the dash. */
function itemAt(reading: Reading, indent: number): SyntaxNode | undefined {
  const from = reading.at;
  if (reading.text.charCodeAt(from) === newline) {
    if (!endOfLine(reading) || reading.indent <= indent) return undefined;
    return blockAt(reading, reading.indent);
  }
  skip(reading);
  const inside = reading.at;
  if (keyAt(reading) === undefined) {
    reading.at = inside;
    return inline(reading);
  }
  reading.at = inside;
  reading.indent = indent + inside - from + 1;
  return blockAt(reading, reading.indent);
}

/** A value that ends in the line, and the line. */
function inline(reading: Reading): SyntaxNode | undefined {
  skip(reading);
  const node = flowAt(reading, BLOCK);
  return node && endOfLine(reading) ? node : undefined;
}

const KEY = /[A-Za-z_/][\w./-]{0,200}/y;

/** The colon is the next character then. */
function keyAt(reading: Reading): string | undefined {
  const { text } = reading;
  const c = text.charCodeAt(reading.at);
  const start = reading.at;
  const key = c === quote || c === apostrophe ? quotedAt(reading) : matchAt(KEY, reading);
  const behind = text.charCodeAt(reading.at + 1);
  const isKey = text.charCodeAt(reading.at) === colon && isBlank(behind);
  return isKey && reading.at - start < 500 ? key : undefined;
}

const QUOTED = /"[^"\\\0-\x1f\x7f-\x9f]*"|'[^'\0-\x1f\x7f-\x9f]*'/y;

const quotedAt = (reading: Reading): string | undefined => matchAt(QUOTED, reading)?.slice(1, -1);

const START = '(?:[A-Za-z$/_]|\\.{1,2}/|~/|--?[A-Za-z])';
const ANY = '(?:[!-9;-~]|:(?=[\\w/]))*';
const PLAIN = '(?:[\\w./$@%+=~^-]|:(?=[\\w/]))*';
const BLOCK = new RegExp(`${START}${ANY}(?: [!-"$-9;-~]${ANY})*`, 'y');
const FLOW = new RegExp(`${START}${PLAIN}(?: [\\w.$/-]${PLAIN})*`, 'y');
const NUMBER = /(?:0|[1-9]\d{0,14})(?=[ \n,\]}]|$)/y;

/** A value; `plain` is what one without quotes may look like. */
function flowAt(reading: Reading, plain: RegExp): SyntaxNode | undefined {
  const { text } = reading;
  if (reading.parts > maxParts) return undefined;
  const start = reading.at;
  const c = text.charCodeAt(start);
  if (c === openBracket || c === openBrace) {
    if (++reading.depth > maxNesting) return undefined;
    const node = c === openBracket ? flowList(reading, start) : flowMapping(reading, start);
    reading.depth--;
    return node;
  }
  if (c === quote || c === apostrophe) {
    const value = quotedAt(reading);
    return value === undefined ? undefined : { kind: 'string', range: { start, end: reading.at }, value };
  }
  const digits = matchAt(NUMBER, reading);
  const number = digits === undefined ? undefined : canonicalNumber(digits);
  if (number) return { kind: 'number', range: { start, end: reading.at }, ...number };
  const word = matchAt(plain, reading);
  return word === undefined ? undefined : wordNode(word, { start, end: reading.at });
}

function wordNode(word: string, range: Range): SyntaxNode | undefined {
  if (!/^(?:true|false|null)$/i.test(word)) return { kind: 'string', range, value: word };
  if (word === 'null') return { kind: 'null', range };
  return word === 'true' || word === 'false' ? { kind: 'boolean', range, value: word === 'true' } : undefined;
}

function flowList(reading: Reading, start: number): SyntaxNode | undefined {
  const items: SyntaxNode[] = [];
  if (!opens(reading, closeBracket)) {
    do {
      const item = flowAt(reading, FLOW);
      if (!item) return undefined;
      items.push(item);
    } while (isFurther(reading));
    if (reading.text.charCodeAt(reading.at) !== closeBracket) return undefined;
  }
  reading.at++;
  return { kind: 'array', range: { start, end: reading.at }, items };
}

function flowMapping(reading: Reading, start: number): SyntaxNode | undefined {
  const entries: Entry[] = [];
  if (!opens(reading, closeBrace)) {
    do {
      const from = reading.at;
      const key = keyAt(reading);
      const keyRange: Range = { start: from, end: reading.at };
      if (key === undefined) return undefined;
      reading.at++;
      skip(reading);
      const value = flowAt(reading, FLOW);
      if (!value) return undefined;
      entries.push({ key, keyRange, value });
    } while (isFurther(reading));
    if (reading.text.charCodeAt(reading.at) !== closeBrace) return undefined;
  }
  reading.at++;
  return { kind: 'object', range: { start, end: reading.at }, entries };
}

function skip(reading: Reading): void {
  while (reading.text.charCodeAt(reading.at) === space) reading.at++;
}

/** Past the bracket; true at the one that closes it. */
function opens(reading: Reading, closing: number): boolean {
  reading.at++;
  reading.parts += partsOfLine;
  skip(reading);
  return reading.text.charCodeAt(reading.at) === closing;
}

/** Past blanks and a comma, behind which more comes. */
function isFurther(reading: Reading): boolean {
  skip(reading);
  if (reading.text.charCodeAt(reading.at) !== comma) return false;
  reading.at++;
  reading.parts += partsOfLine;
  skip(reading);
  return true;
}

function matchAt(pattern: RegExp, reading: Reading): string | undefined {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text)?.[0];
  reading.at += found?.length ?? 0;
  return found;
}
