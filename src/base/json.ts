import { sortedKeys } from './order.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

export const isObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets a key on a plain object also when the key is `__proto__`. */
export function setKey<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}

/** `object[key]`, own keys only. */
export const own = <T>(object: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/**
 * Compact JSON with the keys of every object in the order of their UTF-8 bytes. For plain JSON values this is RFC 8785 as
 * long as keys stay in the Basic Multilingual Plane; `canonicalJson` is the strict form. Throws RangeError past the stack,
 * so callers bound the nesting first (phase 1 does).
 */
export function sortedJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(sortedJson).join(',')}]`;
  if (isObject(value)) {
    const parts = sortedKeys(value).map((key) => `${JSON.stringify(key)}:${sortedJson(value[key] as JsonValue)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** RFC 8785 (JSON Canonicalization Scheme): keys by UTF-16 code units, numbers as ECMAScript prints them. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map(canonicalJson).join(',')}]`;
  if (isObject(value)) {
    const parts = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as JsonValue)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}
