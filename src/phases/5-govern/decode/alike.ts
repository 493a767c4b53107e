/** Interposers of an answer that are written alike. */
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';

export interface Alike {
  /** The answer, in which those that are alike are one object. */
  readonly answer: JsonValue;
  /** The same with each of them in it once, and nothing in the place of the others: it fits the schema when the answer does. */
  readonly once: JsonValue;
}

/** O(length of the answer). */
export function alikeIn(answer: JsonValue): Alike {
  const items = isObject(answer) ? answer['interpositions'] : undefined;
  if (!isObject(answer) || !Array.isArray(items)) return { answer, once: answer };
  const first = new Map<string, JsonObject>();
  const interpositions: JsonValue[] = [];
  const once: JsonValue[] = [];
  for (const item of items as readonly JsonValue[]) {
    const interposer = isObject(item) ? item['interposer'] : undefined;
    const text = isObject(interposer) ? JSON.stringify(interposer) : undefined;
    const known = text === undefined ? undefined : first.get(text);
    interpositions.push(known ? { ...(item as JsonObject), interposer: known } : item);
    once.push(known ? { ...(item as JsonObject), interposer: {} } : item);
    if (text !== undefined && !known) first.set(text, interposer as JsonObject);
  }
  return { answer: { ...answer, interpositions }, once: { ...answer, interpositions: once } };
}
