/** A plan → its file. Where components have much alike that is version 2, which holds it once; see docs/plan.md. */
import { isObject, type JsonObject, type JsonValue, own, setKey } from '../../base/json.ts';
import { jsonPointer } from '../../base/json-pointer.ts';
import { canonicalText } from '../../base/quick-json.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { foldedFields, mayHaveParts } from './places.ts';

/** In characters of canonical JSON. */
export interface FoldBounds {
  /** Least that the file gets smaller by. Below it stays in version 1, which every reader of plans knows. */
  readonly saved: number;
  /** Least length of a field that is held once. */
  readonly field: number;
  /** Least length of a text that is held once, where the fields around it differ. */
  readonly text: number;
}

const standard: FoldBounds = { saved: 16 * 1024, field: 64, text: 256 };

/** The bytes of the plan's file, with a line end. `text` is the plan in canonical JSON, with a line end as well. */
export function planFileText(plan: DeploymentPlan, text: string): string {
  if (text.length < standard.saved) return text;
  const document = plan as unknown as JsonObject;
  const folded = foldPlan(document);
  return folded === document ? text : `${canonicalText(folded)}\n`;
}

/** The same plan in version 2; itself where that would not save enough, or where it is no plan of version 1. O(size). */
export function foldPlan(plan: JsonObject, bounds: FoldBounds = standard): JsonObject {
  const components = plan['components'];
  if (plan['version'] !== 1 || Object.hasOwn(plan, 'shared') || !Array.isArray(components)) return plan;
  const all = components as readonly JsonValue[];
  if (!all.every((one) => isObject(one) && !Object.hasOwn(one, 'shared'))) return plan;
  const fields = (all as readonly JsonObject[]).map(createReader(bounds));
  const parts = partsWithTexts(fields, bounds);
  const shared = createShared();
  const folded = (all as readonly JsonObject[]).map((component, i) =>
    foldedComponent(component, fields[i] as readonly Field[], parts, shared, bounds),
  );
  if (shared.values.length === 0 || shared.saved() < bounds.saved) return plan;
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(plan)) setKey(out, key, plan[key] as JsonValue);
  return { ...out, version: 2, components: folded, shared: shared.values };
}

/** What several components may have. */
interface Value {
  readonly value: JsonValue;
  /** In canonical JSON. */
  readonly text: string;
  count: number;
}

type Field = readonly [name: string, value: Value];

/** The fields of a component that are long enough. Equal ones are one and the same `Value`. */
function createReader({ field: least }: FoldBounds): (component: JsonObject) => readonly Field[] {
  const byText = new Map<string, Value>();
  // Of one object there is one text, which is written once.
  const byObject = new Map<JsonValue, Value | undefined>();
  const sharedValue = (value: JsonValue): Value | undefined => {
    const text = canonicalText(value);
    if (text.length < least) return undefined;
    const known = byText.get(text) ?? { value, text, count: 0 };
    byText.set(text, known);
    return known;
  };
  return (component) => {
    const fields: Field[] = [];
    for (const name of foldedFields) {
      const value = own(component, name);
      if (value === undefined || value === null) continue;
      const found = byObject.has(value) ? byObject.get(value) : sharedValue(value);
      byObject.set(value, found);
      if (!found) continue;
      found.count++;
      fields.push([name, found]);
    }
    return fields;
  };
}

interface Part {
  /** Below the field. */
  readonly steps: readonly (string | number)[];
  readonly text: string;
}

/** Values in which a long text stands that also stands somewhere else, with the places of such texts. */
function partsWithTexts(
  fields: readonly (readonly Field[])[],
  bounds: FoldBounds,
): ReadonlyMap<Value, readonly Part[]> {
  const parts = new Map<Value, readonly Part[]>();
  const times = new Map<string, number>();
  for (const [name, value] of fields.flat()) {
    if (!mayHaveParts(name) || parts.has(value)) continue;
    const found = longTexts(value, bounds);
    parts.set(value, found);
    const texts = found.map(({ text }) => text);
    // A value that is held once as a whole holds its texts once.
    for (const text of value.count > 1 ? new Set(texts) : texts) times.set(text, (times.get(text) ?? 0) + 1);
  }
  const repeated = ({ text }: Part): boolean => (times.get(text) ?? 0) > 1;
  return new Map([...parts].map(([value, found]) => [value, found.filter(repeated)]));
}

function longTexts({ value, text }: Value, { text: least }: FoldBounds): readonly Part[] {
  if (text.length < least) return [];
  const found: Part[] = [];
  const queue: { readonly value: JsonValue; readonly steps: Part['steps'] }[] = [{ value, steps: [] }];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const { value: inner, steps } = next;
    if (typeof inner === 'string' && inner.length >= least) found.push({ steps, text: inner });
    if (typeof inner !== 'object' || inner === null) continue;
    const keys = Array.isArray(inner) ? [...inner.keys()] : Object.keys(inner).sort();
    for (const key of keys.reverse())
      queue.push({ value: (inner as Record<string | number, JsonValue>)[key] as JsonValue, steps: [...steps, key] });
  }
  return found;
}

interface Shared {
  readonly values: JsonValue[];
  /** The place of a value in the list; `pointer` is where it stood. */
  readonly placeOf: (value: JsonValue, length: number, pointer: string) => number;
  readonly saved: () => number;
}

function createShared(): Shared {
  const places = new Map<JsonValue, number>();
  const values: JsonValue[] = [];
  let saved = 0;
  return {
    values,
    saved: () => saved,
    placeOf: (value, length, pointer) => {
      const known = places.get(value);
      const place = known ?? values.length;
      if (known === undefined) {
        places.set(value, place);
        values.push(value);
      }
      // `"POINTER":PLACE,` and null stand in the place of it.
      saved += (known === undefined ? -1 : length) - pointer.length - String(place).length - 8;
      return place;
    },
  };
}

function foldedComponent(
  component: JsonObject,
  fields: readonly Field[],
  parts: ReadonlyMap<Value, readonly Part[]>,
  { placeOf }: Shared,
  bounds: FoldBounds,
): JsonObject {
  const references: Record<string, JsonValue> = {};
  const changed = new Map<string, JsonValue>();
  for (const [name, value] of fields) {
    const texts = mayHaveParts(name) ? (parts.get(value) ?? []) : [];
    let left = value.value;
    for (const { steps, text } of texts) {
      const pointer = jsonPointer([name, ...steps]);
      setKey(references, pointer, placeOf(text, text.length + 2, pointer));
      left = withNull(left, steps);
    }
    if (texts.length === 0 && value.count > 1 && value.text.length >= bounds.field) {
      const pointer = `/${name}`;
      setKey(references, pointer, placeOf(value.value, value.text.length, pointer));
      left = null;
    }
    changed.set(name, left);
  }
  if (Object.keys(references).length === 0) return component;
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(component))
    setKey(out, key, (changed.has(key) ? changed.get(key) : component[key]) as JsonValue);
  return { ...out, shared: references };
}

/** A copy with null at a place that is there. */
function withNull(value: JsonValue, steps: Part['steps']): JsonValue {
  const [step, ...rest] = steps;
  if (step === undefined) return null;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as JsonObject) }) as Record<string | number, JsonValue>;
  setKey(copy, step as string, withNull(copy[step] as JsonValue, rest));
  return copy as JsonValue;
}
