/** Config once the values of its references are known. */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { Pointer } from '../../base/json-pointer.ts';
import { conjunction, nodesAt } from '../schema/facets.ts';
import { isReference } from '../secrets/reference.ts';
import { fromText } from './root-config.ts';

export interface WithSecrets {
  readonly config: JsonObject;
  /** Where a value stands that was a reference. */
  readonly places: readonly Pointer[];
}

/**
 * Values are texts, by reference; of the type that the schema asks for where they stand, and texts in lists. References without a value
 * stay. O(config).
 */
export function withSecrets(
  schema: JsonObject | null,
  config: JsonObject,
  values: ReadonlyMap<string, string>,
): WithSecrets {
  if (values.size === 0) return { config, places: [] };
  const places: Pointer[] = [];
  const typed = (text: string, at: Pointer): JsonValue => {
    places.push(at);
    if (!schema || at.some((step) => typeof step === 'number')) return text;
    const path = at.join('.');
    // A number that cannot be kept exactly is told by whoever validates.
    return fromText(schema, { path, schema: conjunction(nodesAt(schema, path)) }, text, []);
  };
  const visit = (value: JsonValue, at: Pointer): JsonValue => {
    if (typeof value === 'string') {
      const text = isReference(value) ? values.get(value) : undefined;
      return text === undefined ? value : typed(text, at);
    }
    if (Array.isArray(value)) return (value as readonly JsonValue[]).map((item, i) => visit(item, [...at, i]));
    if (!isObject(value)) return value;
    const out: Record<string, JsonValue> = {};
    for (const [key, item] of Object.entries(value)) setKey(out, key, visit(item, [...at, key]));
    return out;
  };
  return { config: visit(config, []) as JsonObject, places };
}
