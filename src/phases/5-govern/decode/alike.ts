/** Interposers of an answer that are written alike, or once as a template. */
import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../../base/json.ts';
import type { ProtocolVersion } from '../../../ir/protocol.ts';
import { nameFaults } from '../../../language/name-faults.ts';

export interface Alike {
  /** The answer, in which interposers that are alike are one object, and so are parts that one has from the one before. */
  readonly answer: JsonValue;
  /** In version 1, each interposer once, and nothing in the place of the others: it fits that schema when the answer has the right shape. */
  readonly once: JsonValue;
}

/** Undefined for an answer of version 2 that names its templates wrongly. O(length of the answer). */
export function alikeIn(answer: JsonValue, version: ProtocolVersion): Alike | undefined {
  const items = isObject(answer) ? answer['interpositions'] : undefined;
  if (!isObject(answer) || !Array.isArray(items)) return { answer, once: answer };
  const templates = version === '2' ? templatesIn(answer) : {};
  if (!templates) return undefined;
  const first = new Map<string, JsonObject>();
  let last: JsonObject = {};
  const interpositions: JsonValue[] = [];
  const once: JsonValue[] = Object.values(templates).map((interposer) => ({ interposer, attachments: [] }));
  for (const item of items as readonly JsonValue[]) {
    if (version === '2' && isObject(item) && own(item, 'template') !== undefined) {
      const shown = asInline(item, templates);
      if (!shown) return undefined;
      interpositions.push(item);
      once.push(shown);
      continue;
    }
    const interposer = isObject(item) ? item['interposer'] : undefined;
    const text = isObject(interposer) ? JSON.stringify(interposer) : undefined;
    if (text === undefined) {
      interpositions.push(item);
      once.push(item);
      continue;
    }
    const known = first.get(text);
    const shown = known ?? (withPartsOf(last, interposer as JsonObject) as JsonObject);
    interpositions.push({ ...(item as JsonObject), interposer: shown });
    once.push(known ? { ...(item as JsonObject), interposer: {} } : item);
    if (known) continue;
    first.set(text, shown);
    last = shown;
  }
  const { templates: _, ...rest } = answer;
  return {
    answer: { ...answer, interpositions },
    once: { ...(version === '2' ? rest : answer), interpositions: once },
  };
}

/**
 * The value, in which a part that stands at the same place of another one, and is written alike, is that one's: most interposers differ
 * from the one before in a few texts. Nesting was bounded before. O(size).
 */
function withPartsOf(other: JsonValue | undefined, value: JsonValue): JsonValue {
  if (typeof value !== 'object' || value === null || typeof other !== 'object' || other === null) return value;
  if (Array.isArray(value)) {
    if (!Array.isArray(other)) return value;
    const items = value as readonly JsonValue[];
    const others = other as readonly JsonValue[];
    const made = items.map((item, i) => withPartsOf(others[i], item));
    return items.length === others.length && made.every((item, i) => item === others[i]) ? other : made;
  }
  if (Array.isArray(other)) return value;
  const keys = Object.keys(value);
  const otherKeys = Object.keys(other);
  let isSame = keys.length === otherKeys.length;
  const made: Record<string, JsonValue> = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const part = own(other as JsonObject, key);
    const item = withPartsOf(part, (value as JsonObject)[key] as JsonValue);
    // The order of keys is a part of what is written.
    if (item !== part || key !== otherKeys[i]) isSame = false;
    setKey(made, key, item);
  }
  return isSame ? other : made;
}

function templatesIn(answer: JsonObject): JsonObject | undefined {
  const templates = own(answer, 'templates');
  if (templates === undefined) return {};
  if (!isObject(templates)) return undefined;
  return Object.keys(templates).every((name) => nameFaults(name).length === 0) ? templates : undefined;
}

/** All that is checked of an interposition beside its template. */
function asInline(item: JsonObject, templates: JsonObject): JsonObject | undefined {
  const { template, config, ...rest } = item;
  const isKnown = typeof template === 'string' && own(templates, template) !== undefined;
  // One that has both is refused by whoever decodes it.
  if (!isKnown) return undefined;
  return { ...rest, interposer: config === undefined ? {} : { config } };
}
