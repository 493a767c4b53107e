/** Components of a plan → those of its file in version 2, where what several have alike is in a list beside them. */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import { jsonPointer } from '../../base/json-pointer.ts';
import { canonicalText } from '../../base/quick-json.ts';
import { longTexts, type Part } from './parts.ts';
import { foldedFields, mayHaveParts } from './places.ts';
import { put } from './put.ts';

/** In characters of canonical JSON. */
export interface FoldBounds {
  /** Least that the file gets smaller by. Below, it stays in version 1, which every reader of plans knows. */
  readonly saved: number;
  /** Least length of a field that is held once. */
  readonly field: number;
  /** Least length of a text that is held once, where the fields around it differ. */
  readonly text: number;
}

export const standardBounds: FoldBounds = { saved: 1024 * 1024, field: 64, text: 256 };

export interface Folded {
  readonly components: readonly JsonValue[];
  /** In canonical JSON. */
  readonly shared: string;
}

/** Undefined where it would not save enough. What was given is not changed. O(size). */
export function foldComponents(components: readonly JsonValue[], bounds: FoldBounds): Folded | undefined {
  // In no plan there are others.
  if (!components.every((one) => isObject(one) && !Object.hasOwn(one, 'shared'))) return undefined;
  const plain = components as readonly JsonObject[];
  const fieldsOf = createFields();
  const told = plain.map(fieldsOf);
  const parts = partsOf(told, bounds);
  const shared = createShared();
  const folded = plain.map((component, i) => foldedComponent(component, told[i] as Fields, parts, bounds, shared));
  if (shared.texts.length === 0 || shared.saved() < bounds.saved) return undefined;
  return { components: folded, shared: `[${shared.texts.join(',')}]` };
}

/** What is in a field, however many have it. */
interface Field {
  readonly value: JsonValue;
  readonly text: string;
  /** How many fields are the same. */
  count: number;
}

/** In the order of `foldedFields`; undefined where there is nothing. */
type Fields = readonly (Field | undefined)[];

function createFields(): (component: JsonObject) => Fields {
  // Components have many objects in common, each of which is written once.
  const byValue = new Map<JsonValue, Field>();
  const byText = new Map<string, Field>();
  const fieldOf = (value: JsonValue): Field => {
    const known = byValue.get(value);
    if (known) return known;
    const text = canonicalText(value);
    const field = byText.get(text) ?? { value, text, count: 0 };
    byText.set(text, field);
    byValue.set(value, field);
    return field;
  };
  return (component) =>
    foldedFields.map((name) => {
      const value = component[name] ?? null;
      if (value === null) return undefined;
      const field = fieldOf(value);
      field.count++;
      return field;
    });
}

/** The places of long texts in a field that also stand somewhere else. */
type Parts = ReadonlyMap<Field, readonly Part[]>;

function partsOf(told: readonly Fields[], { text: least, field: leastField }: FoldBounds): Parts {
  const parts = new Map<Field, readonly Part[]>();
  const times = new Map<string, number>();
  for (const fields of told)
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i];
      if (!field || field.text.length < least || parts.has(field) || !haveParts[i]) continue;
      const found = longTexts(field.value, least);
      parts.set(field, found);
      const long = found.map((part) => part.text);
      // A field that is held once as a whole holds its texts once.
      for (const one of isRepeated(field, leastField) ? new Set(long) : long) times.set(one, (times.get(one) ?? 0) + 1);
    }
  const repeated = [...parts].map(
    ([field, found]) => [field, found.filter(({ text }) => (times.get(text) ?? 0) > 1)] as const,
  );
  return new Map(repeated.filter(([, found]) => found.length > 0));
}

const haveParts = foldedFields.map(mayHaveParts);

const isRepeated = ({ count, text }: Field, least: number): boolean => count > 1 && text.length >= least;

interface Shared {
  /** In canonical JSON, in the order in which they were first named. */
  readonly texts: readonly string[];
  /** The place of a value in the list; `pointer` is where it stood. */
  readonly placeOf: (text: string, pointer: string) => number;
  readonly saved: () => number;
}

function createShared(): Shared {
  const places = new Map<string, number>();
  const texts: string[] = [];
  let saved = 0;
  return {
    texts,
    saved: () => saved,
    placeOf: (text, pointer) => {
      const known = places.get(text);
      const place = known ?? texts.length;
      if (known === undefined) {
        places.set(text, place);
        texts.push(text);
      }
      // `"POINTER":PLACE,` and null stand in the place of it.
      saved += (known === undefined ? -1 : text.length) - pointer.length - String(place).length - 8;
      return place;
    },
  };
}

const pointers = foldedFields.map((field) => `/${field}`);

function foldedComponent(
  component: JsonObject,
  fields: Fields,
  parts: Parts,
  bounds: FoldBounds,
  { placeOf }: Shared,
): JsonObject {
  const references: Record<string, number> = {};
  const left: Record<string, JsonValue> = {};
  let count = 0;
  for (let i = 0; i < fields.length; i++) {
    const field = fields[i];
    if (!field) continue;
    const name = foldedFields[i] as string;
    const found = haveParts[i] ? parts.get(field) : undefined;
    if (found) {
      const rest: JsonObject = { [name]: field.value };
      const copies = new Set<JsonValue>([rest]);
      for (const { steps, text } of found) {
        const pointer = jsonPointer([name, ...steps]);
        references[pointer] = placeOf(JSON.stringify(text), pointer);
        put(rest, [name, ...steps], null, copies);
      }
      left[name] = rest[name] as JsonValue;
    } else if (isRepeated(field, bounds.field)) {
      const pointer = pointers[i] as string;
      references[pointer] = placeOf(field.text, pointer);
      left[name] = null;
    } else continue;
    count++;
  }
  return count === 0 ? component : withShared(component, left, references);
}

/** In the order of canonical JSON where the component is: then nothing is sorted when it is written. */
function withShared(component: JsonObject, left: JsonObject, shared: JsonObject): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const key in component) {
    if (key > 'shared' && !Object.hasOwn(out, 'shared')) out['shared'] = shared;
    setKey(out, key, (Object.hasOwn(left, key) ? left[key] : component[key]) as JsonValue);
  }
  out['shared'] = shared;
  return out;
}
