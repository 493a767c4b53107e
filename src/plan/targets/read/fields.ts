/** Reading objects with nothing left over: what nobody knows could open anything, so it is refused by a `SyntaxError`. */
import { isObject, type JsonObject, type JsonValue, own } from '../../../base/json.ts';

export function known(where: string, of: JsonObject, names: ReadonlySet<string>): void {
  for (const name in of)
    if (!names.has(name)) throw new SyntaxError(`${where}: nobody knows what \`${name}\` does there`);
}

export function must(where: string, what: string, found: JsonValue | undefined, wanted: JsonValue): void {
  if (!isSame(found, wanted))
    throw new SyntaxError(`${where}: \`${what}\` is ${JSON.stringify(found)}, and not ${JSON.stringify(wanted)}`);
}

/** Also in the order of keys. */
export function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  const others = Object.keys(b);
  return (
    keys.length === others.length &&
    keys.every((key, index) => key === others[index] && isSame(own(a as JsonObject, key), own(b as JsonObject, key)))
  );
}

export const objectOf = (value: JsonValue | undefined): JsonObject => (isObject(value) ? value : {});
export const listOf = (value: JsonValue | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]).map((one) => objectOf(one)) : [];
export const textsOf = (value: JsonValue | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly JsonValue[]).map(String) : [];
export const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');

export const names = (...all: readonly string[]): ReadonlySet<string> => new Set(all);
