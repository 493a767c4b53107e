import { compareText } from './order.ts';

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
export const sortedJson = (value: JsonValue): string => textOf(value, byBytes);

/** RFC 8785 (JSON Canonicalization Scheme): keys by UTF-16 code units, numbers as ECMAScript prints them. */
export const canonicalJson = (value: JsonValue): string => textOf(value, byUnits);

interface Order {
  readonly isBefore: (a: string, b: string) => boolean;
  readonly sort: (keys: string[]) => string[];
}

const surrogate = /[\ud800-\udfff]/;
const byUnits: Order = { isBefore: (a, b) => a < b, sort: (keys) => keys.sort() };
const byBytes: Order = {
  // Without surrogates both orders are one, and the machine's own is the quick one.
  isBefore: (a, b) => (surrogate.test(a) || surrogate.test(b) ? compareText(a, b) < 0 : a < b),
  sort: (keys) => (keys.some((key) => surrogate.test(key)) ? keys.sort(compareText) : keys.sort()),
};

/** The machine's own writer takes a fraction of the time, and writes keys as it finds them. */
function textOf(value: JsonValue, order: Order): string {
  const ordered = inOrder(value, order);
  return ordered === undefined ? written(value, order) : JSON.stringify(ordered);
}

/** The value with its keys in order, itself where they are; undefined where an object cannot have them in that order. O(size). */
function inOrder(value: JsonValue, order: Order): JsonValue | undefined {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    let copy: JsonValue[] | undefined;
    for (let i = 0; i < items.length; i++) {
      const item = items[i] as JsonValue;
      const ordered = inOrder(item, order);
      if (ordered === undefined) return undefined;
      if (ordered !== item) {
        copy ??= [...items];
        copy[i] = ordered;
      }
    }
    return copy ?? value;
  }
  return objectInOrder(value as JsonObject, order);
}

function objectInOrder(object: JsonObject, order: Order): JsonObject | undefined {
  const keys = Object.keys(object);
  let isSame = true;
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const first = key.charCodeAt(0);
    // Those that look like numbers come first in an object, whatever is done.
    if (first >= 0x30 && first <= 0x39) return undefined;
    if (i > 0 && isSame && !order.isBefore(keys[i - 1] as string, key)) isSame = false;
  }
  const sorted = isSame ? keys : order.sort(keys);
  const values: JsonValue[] = [];
  for (const key of sorted) {
    const item = object[key] as JsonValue;
    const ordered = inOrder(item, order);
    if (ordered === undefined) return undefined;
    if (ordered !== item) isSame = false;
    values.push(ordered);
  }
  if (isSame) return object;
  const out: Record<string, JsonValue> = {};
  for (let i = 0; i < sorted.length; i++) setKey(out, sorted[i] as string, values[i] as JsonValue);
  return out;
}

function written(value: JsonValue, order: Order): string {
  if (Array.isArray(value)) return `[${(value as readonly JsonValue[]).map((item) => written(item, order)).join(',')}]`;
  if (isObject(value)) {
    const parts = order
      .sort(Object.keys(value))
      .map((key) => `${JSON.stringify(key)}:${written(value[key] as JsonValue, order)}`);
    return `{${parts.join(',')}}`;
  }
  return JSON.stringify(value);
}
