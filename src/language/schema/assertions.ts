/** Small judgements and words shared by the schema checks. */
import { cutText } from '../../base/cut.ts';
import { isObject, type JsonValue, sortedJson } from '../../base/json.ts';
import { createMatcher } from '../regex/match.ts';

export function matchesType(name: string, value: JsonValue): boolean {
  switch (name) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isObject(value);
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value);
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === name;
    default:
      return false;
  }
}

/** The JSON type, never the value. */
export function describeValue(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

export const sameJson = (a: JsonValue, b: JsonValue): boolean =>
  a === b || (typeof a === 'object' && typeof b === 'object' && sortedJson(a) === sortedJson(b));

const matchers = new Map<string, ReturnType<typeof createMatcher>>();
/** An editor stays open for days, and every keystroke in a pattern makes another one. */
const maxMatchers = 1000;

/** Undefined for a text that is not a regular expression. */
export function matcherOf(pattern: string): ReturnType<typeof createMatcher> {
  if (!matchers.has(pattern)) {
    if (matchers.size >= maxMatchers) matchers.clear();
    matchers.set(pattern, createMatcher(pattern));
  }
  return matchers.get(pattern);
}

const maxShown = 60;

export const quote = (text: string): string => `\`${cutText(text, maxShown)}\``;

/** At most eight entries, long ones cut. */
export function cutList(entries: readonly string[]): string {
  const shown = entries.slice(0, 8).map((entry) => cutText(entry, maxShown));
  if (entries.length > shown.length) shown.push(`${entries.length - shown.length} more`);
  return shown.join(', ');
}
