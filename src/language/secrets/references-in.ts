/** References to secrets inside of config. */
import { isObject, type JsonValue } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';
import { isReference } from './reference.ts';

export interface FoundReference {
  readonly text: string;
  readonly pointer: Pointer;
}

/** In the order of the value, wherever they are nested. O(value); the parser bounds how deep it is. */
export function referencesIn(value: JsonValue): readonly FoundReference[] {
  const found: FoundReference[] = [];
  collect(value, [], found);
  return found;
}

function collect(value: JsonValue, pointer: Pointer, found: FoundReference[]): void {
  if (typeof value === 'string') {
    if (isReference(value)) found.push({ text: value, pointer });
  } else if (Array.isArray(value)) {
    for (const [i, item] of (value as readonly JsonValue[]).entries()) collect(item, [...pointer, i], found);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) collect(item, [...pointer, key], found);
  }
}

export function holdsReference(value: JsonValue): boolean {
  if (typeof value === 'string') return isReference(value);
  if (Array.isArray(value)) return (value as readonly JsonValue[]).some(holdsReference);
  return isObject(value) && Object.values(value).some(holdsReference);
}
