/**
 * JSON5 as most people write it, in a fraction of the time and of the garbage that the library takes. What this reads, the library reads the
 * same; anything else, a fault above all, is left to it.
 */
import { grown } from '../../base/grown.ts';
import type { Range } from '../../base/span.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { maxNesting, maxValues } from './limits.ts';
import { canonicalNumber } from './number.ts';

const none: readonly never[] = [];

interface Reading {
  readonly text: string;
  /** Of the next character. */
  at: number;
  /** Of keys and values, as `scanBrackets` counts them. */
  values: number;
  depth: number;
}

/** Undefined for what is left to the library. O(length). */
export function quickJson5(text: string): SyntaxNode | undefined {
  const reading: Reading = { text, at: 0, values: 0, depth: 0 };
  skip(reading);
  const node = nodeAt(reading);
  if (!node) return undefined;
  skip(reading);
  return reading.at === text.length && reading.values <= maxValues ? node : undefined;
}

const [tab, newline, feed, space, quote, apostrophe, comma, slash, colon, backslash] = [
  9, 10, 13, 32, 34, 39, 44, 47, 58, 92,
];
const [openBracket, closeBracket, openBrace, closeBrace] = [91, 93, 123, 125];

/** Past blanks, line ends and comments; a comment that never ends is not passed. */
function skip(reading: Reading): void {
  const { text } = reading;
  let i = reading.at;
  for (;;) {
    const c = text.charCodeAt(i);
    if (c === space || c === newline || c === feed || c === tab) i++;
    else if (c === slash) {
      const end = commentEnd(text, i);
      if (end < 0) break;
      i = end;
    } else break;
  }
  reading.at = i;
}

function commentEnd(text: string, start: number): number {
  const next = text.charCodeAt(start + 1);
  if (next !== slash) {
    const end = next === 42 ? text.indexOf('*/', start + 2) : -1;
    return end < 0 ? -1 : end + 2;
  }
  let i = start + 2;
  while (i < text.length && text.charCodeAt(i) !== newline && text.charCodeAt(i) !== feed) i++;
  return i;
}

/** Recursion is bounded by `maxNesting`. */
function nodeAt(reading: Reading): SyntaxNode | undefined {
  const { text, at } = reading;
  if (reading.values > maxValues) return undefined;
  const c = text.charCodeAt(at);
  if (c === quote || c === apostrophe) {
    const value = stringAt(reading, c);
    return value === undefined ? undefined : { kind: 'string', range: { start: at, end: reading.at }, value };
  }
  if (c === openBrace || c === openBracket) {
    reading.values++;
    reading.at++;
    if (++reading.depth > maxNesting) return undefined;
    const node = c === openBrace ? objectAt(reading, at) : arrayAt(reading, at);
    reading.depth--;
    return node;
  }
  return scalarAt(reading);
}

function objectAt(reading: Reading, start: number): SyntaxNode | undefined {
  const { text } = reading;
  let entries: readonly Entry[] = none;
  for (;;) {
    skip(reading);
    const from = reading.at;
    const c = text.charCodeAt(from);
    if (c === closeBrace) break;
    const key = c === quote || c === apostrophe ? stringAt(reading, c) : wordAt(reading);
    if (key === undefined) return undefined;
    const keyRange: Range = { start: from, end: reading.at };
    skip(reading);
    if (text.charCodeAt(reading.at) !== colon) return undefined;
    reading.at++;
    reading.values++;
    skip(reading);
    const value = nodeAt(reading);
    if (!value) return undefined;
    entries = grown(entries, { key, keyRange, value });
    if (!isFurther(reading, closeBrace)) break;
  }
  if (text.charCodeAt(reading.at) !== closeBrace) return undefined;
  reading.at++;
  return { kind: 'object', range: { start, end: reading.at }, entries };
}

function arrayAt(reading: Reading, start: number): SyntaxNode | undefined {
  const { text } = reading;
  let items: readonly SyntaxNode[] = none;
  for (;;) {
    skip(reading);
    if (text.charCodeAt(reading.at) === closeBracket) break;
    const item = nodeAt(reading);
    if (!item) return undefined;
    items = grown(items, item);
    if (!isFurther(reading, closeBracket)) break;
  }
  if (text.charCodeAt(reading.at) !== closeBracket) return undefined;
  reading.at++;
  return { kind: 'array', range: { start, end: reading.at }, items };
}

/** Whether there is a comma, behind which more may come. */
function isFurther(reading: Reading, closing: number): boolean {
  skip(reading);
  const c = reading.text.charCodeAt(reading.at);
  if (c === closing || c !== comma) return false;
  reading.at++;
  reading.values++;
  return true;
}

/** Past its closing quote. Undefined for one with escapes that JSON does not have, or with a control character or a line end. */
function stringAt(reading: Reading, mark: number): string | undefined {
  const { text, at } = reading;
  let escapes = false;
  let i = at + 1;
  for (; ; i++) {
    const c = text.charCodeAt(i);
    if (c === mark) break;
    // Not a number behind the end of the text.
    if (!(c >= space) || c === 0x2028 || c === 0x2029) return undefined;
    if (c !== backslash) continue;
    escapes = true;
    i++;
  }
  reading.at = i + 1;
  return escapes ? unescaped(text.slice(at, i + 1)) : text.slice(at + 1, i);
}

function unescaped(written: string): string | undefined {
  try {
    return JSON.parse(written) as string;
  } catch {
    return undefined;
  }
}

const WORD = /[A-Za-z_$][\w$]*/y;
/** Words with a meaning are no keys without quotes. */
const taken: ReadonlySet<string> = new Set(['true', 'false', 'null', 'NaN', 'Infinity']);

function wordAt(reading: Reading): string | undefined {
  const word = matchAt(WORD, reading);
  return word === undefined || taken.has(word) ? undefined : word;
}

const SCALAR = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function scalarAt(reading: Reading): SyntaxNode | undefined {
  const start = reading.at;
  const word = matchAt(SCALAR, reading);
  if (word === undefined) return undefined;
  const range = { start, end: reading.at };
  if (word === 'null') return { kind: 'null', range };
  if (word === 'true' || word === 'false') return { kind: 'boolean', range, value: word === 'true' };
  const number = canonicalNumber(word);
  return number && { kind: 'number', range, ...number };
}

function matchAt(pattern: RegExp, reading: Reading): string | undefined {
  pattern.lastIndex = reading.at;
  const found = pattern.exec(reading.text)?.[0];
  reading.at += found?.length ?? 0;
  return found;
}
