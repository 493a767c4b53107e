/** What `canonicalJson` and `sortedJson` write, in a fraction of the time: for what is large. */
import { canonicalJson, type JsonObject, type JsonValue, setKey, sortedJson } from './json.ts';
import { compareText } from './order.ts';

export const canonicalText = (value: JsonValue): string => textOf(value, byUnits);
export const sortedText = (value: JsonValue): string => textOf(value, byBytes);

/** The same value, which `canonicalText` writes as it is, where objects can have their keys in that order. */
export const inCanonicalOrder = <T extends JsonValue>(value: T): T => (inOrder(value, byUnits) ?? value) as T;

interface Order {
  readonly isBefore: (a: string, b: string) => boolean;
  readonly sort: (keys: string[]) => string[];
  /** Key by key. */
  readonly write: (value: JsonValue) => string;
}

const surrogate = /[\ud800-\udfff]/;
const byUnits: Order = { isBefore: (a, b) => a < b, sort: (keys) => keys.sort(), write: canonicalJson };
const byBytes: Order = {
  isBefore: (a, b) => compareText(a, b) < 0,
  // Without surrogates both orders are one, and the machine's own is the quick one.
  sort: (keys) => (keys.some((key) => surrogate.test(key)) ? keys.sort(compareText) : keys.sort()),
  write: sortedJson,
};

/** The machine's own writer takes a fraction of the time, and writes keys as it finds them. */
function textOf(value: JsonValue, order: Order): string {
  // Most values are in order, and nothing has to be made to find that out.
  if (isInOrder(value, order)) return JSON.stringify(value);
  const ordered = inOrder(value, order);
  return ordered === undefined ? order.write(value) : JSON.stringify(ordered);
}

function isInOrder(value: JsonValue, order: Order): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) {
    const items = value as readonly JsonValue[];
    for (let i = 0; i < items.length; i++) if (!isInOrder(items[i] as JsonValue, order)) return false;
    return true;
  }
  const object = value as JsonObject;
  let last: string | undefined;
  for (const key in object) {
    if (last !== undefined && !order.isBefore(last, key)) return false;
    last = key;
    const item = object[key] as JsonValue;
    if (typeof item === 'object' && !isInOrder(item, order)) return false;
  }
  return true;
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
