/** A plan's file of version 2 → the plan, in which components that have something alike have one and the same object. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { jsonPointer, type Pointer } from '../../base/json-pointer.ts';
import { stepsOf } from './places.ts';
import { put } from './put.ts';

/** What is wrong with the file, and where. */
export interface UnfoldFault {
  /** JSON pointer into the file. */
  readonly pointer: string;
  readonly reason: string;
}

export type Unfolded = { readonly plan: JsonObject } | { readonly fault: UnfoldFault };

/** In characters of JSON: a small file is not to become more than can be digested. */
const mostUnfolded = 256 * 1024 ** 2;

/** A document of any other version is handed back as it is. O(file). What was given is not changed. */
export function unfoldPlan(file: JsonObject, most: number = mostUnfolded): Unfolded {
  if (file['version'] !== 2) return { plan: file };
  const shared = own(file, 'shared');
  const components = own(file, 'components');
  if (!Array.isArray(shared) || shared.length === 0) return faultAt(['shared'], 'is not a list with something in it');
  if (!Array.isArray(components)) return faultAt(['components'], 'is not a list');
  const empty = shared.indexOf(null);
  if (empty >= 0) return faultAt(['shared', empty], 'is null, which nothing can stand for');
  const table = createTable(shared as readonly JsonValue[], most);
  const unfolded: JsonValue[] = [];
  for (const [i, component] of (components as readonly JsonValue[]).entries()) {
    if (!isObject(component) || !Object.hasOwn(component, 'shared')) {
      unfolded.push(component);
      continue;
    }
    const made = unfoldedComponent(component, table);
    if ('fault' in made) return faultAt(['components', i, ...made.fault.at], made.fault.reason);
    unfolded.push(made.component);
  }
  const unused = table.unused();
  if (unused !== undefined) return faultAt(['shared', unused], 'is named by no component');
  const { shared: _, ...rest } = file;
  return { plan: { ...rest, version: 1, components: unfolded } };
}

const faultAt = (at: Pointer, reason: string): { readonly fault: UnfoldFault } => ({
  fault: { pointer: jsonPointer(at), reason },
});

type Found = { readonly value: JsonValue } | { readonly reason: string };

interface Table {
  /** The same few places again and again. */
  readonly stepsOf: (pointer: string) => Pointer | undefined;
  readonly take: (place: JsonValue) => Found;
  /** The first that nobody took. */
  readonly unused: () => number | undefined;
}

function createTable(values: readonly JsonValue[], most: number): Table {
  const lengths: number[] = [];
  let length = 0;
  const known = new Map<string, Pointer | undefined>();
  return {
    stepsOf: (pointer) => {
      if (!known.has(pointer)) known.set(pointer, stepsOf(pointer));
      return known.get(pointer);
    },
    take: (place) => {
      if (typeof place !== 'number' || !Number.isInteger(place) || place < 0 || place >= values.length)
        return { reason: `names ${JSON.stringify(place)}, and places of \`/shared\` are 0 to ${values.length - 1}` };
      const value = values[place] as JsonValue;
      lengths[place] ??= JSON.stringify(value).length;
      length += lengths[place] as number;
      return length > most
        ? { reason: `makes the plan longer than ${most} characters, which are read at most` }
        : { value };
    },
    unused: () => {
      const first = values.findIndex((_, i) => lengths[i] === undefined);
      return first < 0 ? undefined : first;
    },
  };
}

type Made = { readonly component: JsonObject } | { readonly fault: { readonly at: Pointer; readonly reason: string } };

function unfoldedComponent(component: JsonObject, table: Table): Made {
  // Keys stay in their order.
  const { shared: references, ...rest } = component as JsonObject & { readonly shared: JsonValue };
  const fault = (reason: string, ...at: string[]): Made => ({ fault: { at: ['shared', ...at], reason } });
  if (!isObject(references)) return fault('is not an object');
  const entries = Object.entries(references);
  if (entries.length === 0) return fault('names nothing');
  const out: JsonObject = rest;
  const copies = new Set<JsonValue>([out]);
  for (const [pointer, place] of entries) {
    const steps = table.stepsOf(pointer);
    if (!steps) return fault('is not a place for a shared value', pointer);
    // In the file, where nothing has been put in yet: a shared value holds no further ones.
    const there = valueAt(component, steps);
    if (there === undefined) return fault('leads nowhere', pointer);
    if (there !== null) return fault('leads to a value other than null', pointer);
    const found = table.take(place);
    if ('reason' in found) return fault(found.reason, pointer);
    put(out, steps, found.value, copies);
  }
  return { component: out };
}

function valueAt(document: JsonValue, steps: Pointer): JsonValue | undefined {
  let at: JsonValue | undefined = document;
  for (const step of steps as readonly string[]) {
    if (Array.isArray(at)) at = /^(?:0|[1-9]\d*)$/.test(step) ? (at as readonly JsonValue[])[Number(step)] : undefined;
    else at = isObject(at) ? own(at, step) : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}
