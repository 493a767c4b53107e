/** Small judgements and words shared by the schema checks. */
import { isObject, type JsonValue, sortedJson } from '../../base/json.ts';

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

const regexes = new Map<string, RegExp | null>();

/** Undefined for a text that is no regular expression. */
export function patternOf(pattern: string): RegExp | undefined {
  let known = regexes.get(pattern);
  if (known === undefined) {
    try {
      known = new RegExp(pattern, 'u');
    } catch {
      known = null;
    }
    regexes.set(pattern, known);
  }
  return known ?? undefined;
}

const maxShown = 60;

export const quote = (text: string): string => `\`${text.length > maxShown ? `${text.slice(0, maxShown)}…` : text}\``;

/** At most eight entries, long ones cut. */
export function cutList(entries: readonly string[]): string {
  const shown = entries.slice(0, 8).map((entry) => (entry.length > maxShown ? `${entry.slice(0, maxShown)}…` : entry));
  if (entries.length > shown.length) shown.push(`${entries.length - shown.length} more`);
  return shown.join(', ');
}
