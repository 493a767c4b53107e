import { isObject, type JsonObject, type JsonValue, own, setKey } from '../base/json.ts';
import { compareText } from '../base/order.ts';

const none: JsonObject = {};

/** Child templates as the graph has them, with URLs → with names of manifests, which do not tell where the sources lay. */
export function namedTemplates(templates: JsonObject, nameOfUrl: (url: string) => string): JsonObject {
  const entries = Object.entries(templates);
  // Of most components, which thereby have it in common.
  if (entries.length === 0) return none;
  const out: Record<string, JsonValue> = {};
  for (const [name, template] of entries) {
    const manifests = isObject(template) ? own(template, 'manifests') : undefined;
    const named = Array.isArray(manifests) ? manifests.map((url) => nameOfUrl(String(url))).sort(compareText) : [];
    setKey(out, name, isObject(template) && named.length > 0 ? { ...template, manifests: named } : template);
  }
  return out;
}
