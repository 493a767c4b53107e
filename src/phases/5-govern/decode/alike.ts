/** Interposers of an answer that are written alike, or once as a template. */
import { isObject, type JsonObject, type JsonValue, own } from '../../../base/json.ts';
import type { ProtocolVersion } from '../../../ir/protocol.ts';
import { nameFaults } from '../../../language/name-faults.ts';

export interface Alike {
  /** The answer, in which interposers that are alike are one object. */
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
    const known = text === undefined ? undefined : first.get(text);
    interpositions.push(known ? { ...(item as JsonObject), interposer: known } : item);
    once.push(known ? { ...(item as JsonObject), interposer: {} } : item);
    if (text !== undefined && !known) first.set(text, interposer as JsonObject);
  }
  const { templates: _, ...rest } = answer;
  return {
    answer: { ...answer, interpositions },
    once: { ...(version === '2' ? rest : answer), interpositions: once },
  };
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
