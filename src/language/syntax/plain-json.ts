/** JSON that says no more than its value does: for whoever needs no ranges. The parser that knows them takes twenty times as long. */
import type { JsonValue } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { scanBrackets } from './scan.ts';

export interface PlainJson {
  readonly value: JsonValue;
  /** The same as a tree, in which everything stands nowhere. */
  readonly node: SyntaxNode;
}

const nowhere: Range = { start: 0, end: 0 };
/** An object has such keys in another order than the text. */
const index = /^(?:0|[1-9]\d*)$/;

/**
 * Undefined for what is not JSON, and for what a value cannot tell: a key that is given twice, a number that is not a whole one or is
 * written otherwise, half of a character, more than a parser takes. O(length).
 */
export function plainJson(text: string): PlainJson | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  const keys = keysIn(text);
  if (keys === undefined || /\\u[dD][89a-fA-F]/.test(text) || scanBrackets(text)) return undefined;
  const built = { keys: 0, isPlain: true };
  const node = nodeOf(value, built);
  return built.isPlain && built.keys === keys ? { value, node } : undefined;
}

/** How many there are in a text that is JSON; undefined when a number in it has a point or an exponent. */
function keysIn(text: string): number | undefined {
  let keys = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === colon) keys++;
    else if (code === point) return undefined;
    // Letters stand in `true`, `false` and `null` as well.
    else if ((code === e || code === E) && isDigit(text.charCodeAt(i - 1))) return undefined;
  }
  return keys;
}

const [quote, colon, point, e, E, backslash] = [0x22, 0x3a, 0x2e, 0x65, 0x45, 0x5c];
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (let code = text.charCodeAt(i); code !== quote; code = text.charCodeAt(i)) i += code === backslash ? 2 : 1;
  return i;
}

interface Built {
  keys: number;
  isPlain: boolean;
}

/** Nesting was bounded before: `scanBrackets`. */
function nodeOf(value: JsonValue, built: Built): SyntaxNode {
  if (value === null) return { kind: 'null', range: nowhere };
  if (typeof value === 'string') return { kind: 'string', range: nowhere, value };
  if (typeof value === 'boolean') return { kind: 'boolean', range: nowhere, value };
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) built.isPlain = false;
    return { kind: 'number', range: nowhere, value, text: String(value) };
  }
  if (Array.isArray(value)) {
    const items = (value as readonly JsonValue[]).map((item) => nodeOf(item, built));
    return { kind: 'array', range: nowhere, items };
  }
  const entries = Object.entries(value).map(([key, item]): Entry => {
    if (index.test(key)) built.isPlain = false;
    return { key, keyRange: nowhere, value: nodeOf(item, built) };
  });
  built.keys += entries.length;
  return { kind: 'object', range: nowhere, entries };
}
