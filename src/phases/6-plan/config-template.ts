import { assertNever } from '../../base/invariant.ts';
import { isObject, type JsonValue, setKey } from '../../base/json.ts';
import type { ConfigSpace, ConfigValue } from '../../ir/config.ts';

/** Of most components, which thereby have it in common. */
const none: JsonValue = { literal: {} };

/** Composed config as JSON that says of each part whether it is known or a reference into the root config. */
export function configTemplate(space: ConfigSpace | undefined): JsonValue {
  return !space || isEmpty(space.value) ? none : template(space.value);
}

const isEmpty = (value: ConfigValue): boolean =>
  value.kind === 'literal' && isObject(value.value) && Object.keys(value.value).length === 0;

function template(value: ConfigValue): JsonValue {
  switch (value.kind) {
    case 'literal':
      return { literal: value.value };
    case 'root':
      return { root: value.path };
    case 'text':
      return { text: value.parts.map((part) => (typeof part === 'string' ? part : { root: part.root })) };
    case 'symbolic':
      return { literal: value.text };
    case 'array':
      return { array: value.items.map(template) };
    case 'object': {
      const entries: Record<string, JsonValue> = {};
      for (const [key, item] of Object.entries(value.entries)) setKey(entries, key, template(item));
      return { object: entries };
    }
    default:
      return assertNever(value);
  }
}
