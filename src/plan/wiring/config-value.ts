import { type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { ConfigValue } from '../../ir/config.ts';

/** The composed config of a plan, read back: known values, and references into the root config. */
export function toConfigValue(template: JsonObject): ConfigValue {
  const [kind, value] = Object.entries(template)[0] as [string, JsonValue];
  switch (kind) {
    case 'literal':
      return { kind, value };
    case 'root':
      return { kind, path: value as string };
    case 'text':
      return { kind, parts: value as readonly (string | { readonly root: string })[] };
    case 'array':
      return { kind, items: (value as readonly JsonObject[]).map(toConfigValue) };
    case 'object': {
      const entries: Record<string, ConfigValue> = {};
      for (const [key, item] of Object.entries(value as JsonObject))
        setKey(entries, key, toConfigValue(item as JsonObject));
      return { kind, entries };
    }
    default:
      throw new TypeError(`config of an unknown kind: ${kind}`);
  }
}
