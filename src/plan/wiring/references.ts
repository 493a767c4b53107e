/** References to secrets in config: opaque until a program starts, and what becomes of the config once their values are known. */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import { referencesIn as found } from '../../language/secrets/references-in.ts';

export type Place = readonly (string | number)[];

/** A text that is a reference, and where it stands. */
export interface Placed {
  readonly at: Place;
  readonly reference: string;
}

/** In the order in which they stand there. O(config). */
export const referencesIn = (value: JsonValue): readonly Placed[] =>
  found(value).map(({ text, pointer }) => ({ at: pointer, reference: text }));

/** As a config path is written: items of a list have none of their own. */
export function pathOf(at: Place): string {
  const first = at.findIndex((step) => typeof step === 'number');
  return (first < 0 ? at : at.slice(0, first)).join('.');
}

/** The config with something else at these places; it is not changed itself. */
export const withPlaces = <T extends { readonly at: Place }>(
  config: JsonObject,
  places: readonly T[],
  put: (one: T) => JsonValue,
): JsonObject => places.reduce<JsonObject>((known, one) => putAt(known, one.at, put(one)) as JsonObject, config);

function putAt(value: JsonValue | undefined, [first, ...rest]: Place, put: JsonValue): JsonValue {
  if (first === undefined) return put;
  if (typeof first === 'number') {
    const items: JsonValue[] = Array.isArray(value) ? [...(value as readonly JsonValue[])] : [];
    items[first] = putAt(items[first], rest, put);
    return items;
  }
  const copy: Record<string, JsonValue> = { ...(isObject(value) ? value : {}) };
  setKey(copy, first, putAt(Object.hasOwn(copy, first) ? copy[first] : undefined, rest, put));
  return copy;
}
