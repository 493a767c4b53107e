/** JSON that says no more than its value does: for whoever needs no ranges. The parser that knows them takes twenty times as long. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { maxNesting, maxValues } from './limits.ts';

/** An object has such keys in another order than the text. */
const index = /^(?:0|[1-9]\d*)$/;

/**
 * Undefined for what is not JSON, and for what a value cannot tell: a key that is given twice, a number that is not a whole one or is
 * written otherwise, half of a character, more than a parser takes. O(length).
 */
export function plainJson(text: string): JsonValue | undefined {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
  const keys = keysIn(text);
  // Few texts have an escape at all, and to look for that takes no time.
  if (keys === undefined || (text.includes('\\u') && /\\u[dD][89a-fA-F]/.test(text))) return undefined;
  return plainKeys(value) === keys ? value : undefined;
}

/**
 * How many there are in a text that is JSON; undefined when a number in it has a point or an exponent, and for more than the parser that
 * knows ranges takes.
 */
function keysIn(text: string): number | undefined {
  let keys = 0;
  let others = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === quote) i = endOfString(text, i);
    else if (code === colon) keys++;
    else if (code === comma) others++;
    else if (code === openBrace || code === openBracket) {
      others++;
      if (++depth > maxNesting) return undefined;
    } else if (code === closeBrace || code === closeBracket) depth--;
    else if (code === point) return undefined;
    // Letters stand in `true`, `false` and `null` as well.
    else if ((code === e || code === E) && isDigit(text.charCodeAt(i - 1))) return undefined;
  }
  return keys + others > maxValues ? undefined : keys;
}

const [quote, colon, comma, point, e, E, backslash] = [0x22, 0x3a, 0x2c, 0x2e, 0x65, 0x45, 0x5c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

function endOfString(text: string, start: number): number {
  let i = start + 1;
  for (let code = text.charCodeAt(i); code !== quote; code = text.charCodeAt(i)) i += code === backslash ? 2 : 1;
  return i;
}

/** How many keys there are; not a number after something that the text may say otherwise. Nesting was bounded before: `keysIn`. */
function plainKeys(value: JsonValue): number {
  if (typeof value === 'number') return Number.isSafeInteger(value) && !Object.is(value, -0) ? 0 : Number.NaN;
  if (typeof value !== 'object' || value === null) return 0;
  let keys = 0;
  if (Array.isArray(value)) {
    for (const item of value as readonly JsonValue[]) keys += plainKeys(item);
    return keys;
  }
  for (const key in value) {
    if (isDigit(key.charCodeAt(0)) && index.test(key)) return Number.NaN;
    keys += 1 + plainKeys((value as JsonObject)[key] as JsonValue);
  }
  return keys;
}
