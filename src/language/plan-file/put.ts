/** A value at a place in a component, in copies of what is on the way there. */
import { type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';

/** The place is there. `copies` are those made so far, and `into` is one of them: each object or list is copied once. */
export function put(into: JsonObject, steps: Pointer, value: JsonValue, copies: Set<JsonValue>): void {
  let at = into as Record<string, JsonValue>;
  for (const step of steps.slice(0, -1).map(String)) {
    const there = at[step] as JsonValue;
    if (!copies.has(there)) {
      const copy = (Array.isArray(there) ? [...there] : { ...(there as JsonObject) }) as JsonValue;
      copies.add(copy);
      setKey(at, step, copy);
    }
    at = at[step] as unknown as Record<string, JsonValue>;
  }
  setKey(at, String(steps.at(-1)), value);
}
