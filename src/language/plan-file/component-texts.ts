/** The components of a plan in canonical JSON, for both versions of its file. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { jsonPointer } from '../../base/json-pointer.ts';
import { canonicalText } from '../../base/quick-json.ts';
import { longTexts, type Part } from './parts.ts';
import { foldedFields, mayHaveParts } from './places.ts';
import { put } from './put.ts';

const fields: ReadonlySet<string> = new Set(foldedFields);

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

export interface ComponentTexts {
  /** The list as it is. */
  readonly whole: string;
  /** With what is alike in another list; undefined where that would not save enough. */
  readonly folded: () => FoldedTexts | undefined;
}

export interface FoldedTexts {
  readonly components: string;
  readonly shared: string;
}

/** O(size). */
export function componentTexts(components: readonly JsonValue[], bounds: FoldBounds = standardBounds): ComponentTexts {
  // In no plan there are others.
  if (!components.every((one) => isObject(one) && !Object.hasOwn(one, 'shared')))
    return { whole: canonicalText(components), folded: () => undefined };
  const write = createWriter();
  const written = (components as readonly JsonObject[]).map(write);
  return {
    whole: listText(written.map(({ keys, texts }) => ({ heads: keys.heads, texts }))),
    folded: () => foldedTexts(written, bounds),
  };
}

/** The keys of a component in the order of canonical JSON. Most components have the same, and so the same object. */
interface Keys {
  readonly names: readonly string[];
  /** What stands before each value. */
  readonly heads: readonly string[];
  readonly fromShared: { readonly at: number; readonly heads: readonly string[] };
}

interface Written {
  readonly component: JsonObject;
  readonly keys: Keys;
  readonly texts: readonly string[];
}

function createWriter(): (component: JsonObject) => Written {
  // Components have many objects in common, each of which is written once.
  const known = new Map<JsonValue, string>();
  const textOf = (name: string, value: JsonValue): string => {
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    if (!fields.has(name)) return canonicalText(value);
    const text = known.get(value) ?? canonicalText(value);
    known.set(value, text);
    return text;
  };
  let last = keysOf([]);
  return (component) => {
    let names: readonly string[] = Object.keys(component);
    if (!isSame(names, last.names)) {
      names = [...names].sort();
      if (!isSame(names, last.names)) last = keysOf(names);
    }
    return { component, keys: last, texts: names.map((name) => textOf(name, component[name] as JsonValue)) };
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function keysOf(names: readonly string[]): Keys {
  const found = names.findIndex((name) => name > 'shared');
  const at = found < 0 ? names.length : found;
  return { names, heads: headsOf(names), fromShared: { at, heads: headsOf(names.toSpliced(at, 0, 'shared')) } };
}

const headsOf = (names: readonly string[]): readonly string[] =>
  names.map((name, i) => `${i === 0 ? '{' : ','}${JSON.stringify(name)}:`);

/** Objects as a list. One array of all pieces is quicker than a text for each. */
function listText(objects: Iterable<{ readonly heads: readonly string[]; readonly texts: readonly string[] }>): string {
  const pieces: string[] = [];
  for (const { heads, texts } of objects) {
    pieces.push(pieces.length === 0 ? '[' : ',', heads.length === 0 ? '{' : '');
    for (let i = 0; i < heads.length; i++) pieces.push(heads[i] as string, texts[i] as string);
    pieces.push('}');
  }
  return pieces.length === 0 ? '[]' : `${pieces.join('')}]`;
}

function foldedTexts(written: readonly Written[], bounds: FoldBounds): FoldedTexts | undefined {
  const counts = countsOf(written, bounds);
  const parts = partsOf(written, counts, bounds);
  const shared = createShared();
  const components = written.map((one) => foldedObject(one, counts, parts, shared));
  if (shared.texts.length === 0 || shared.saved() < bounds.saved) return undefined;
  return { components: listText(components), shared: `[${shared.texts.join(',')}]` };
}

/** How often a field is there that is long enough to be held once, by its text. */
type Counts = ReadonlyMap<string, number>;

function countsOf(written: readonly Written[], { field: least }: FoldBounds): Counts {
  const counts = new Map<string, number>();
  for (const { keys, texts } of written)
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i] as string;
      if (text.length < least || text === 'null' || !fields.has(keys.names[i] as string)) continue;
      counts.set(text, (counts.get(text) ?? 0) + 1);
    }
  return counts;
}

/** By the text of a field: the places of long texts in it that also stand somewhere else. */
type Parts = ReadonlyMap<string, readonly Part[]>;

function partsOf(written: readonly Written[], counts: Counts, { text: least }: FoldBounds): Parts {
  const parts = new Map<string, readonly Part[]>();
  const times = new Map<string, number>();
  for (const { component, keys, texts } of written)
    for (let i = 0; i < texts.length; i++) {
      const key = keys.names[i] as string;
      const text = texts[i] as string;
      if (text.length < least || parts.has(text) || !mayHaveParts(key)) continue;
      const found = longTexts(component[key] as JsonValue, least);
      parts.set(text, found);
      const long = found.map((part) => part.text);
      // A field that is held once as a whole holds its texts once.
      for (const one of (counts.get(text) ?? 0) > 1 ? new Set(long) : long) times.set(one, (times.get(one) ?? 0) + 1);
    }
  const isRepeated = ({ text }: Part): boolean => (times.get(text) ?? 0) > 1;
  return new Map(
    [...parts].flatMap(([text, found]) => {
      const repeated = found.filter(isRepeated);
      return repeated.length > 0 ? [[text, repeated] as const] : [];
    }),
  );
}

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

function foldedObject(
  { component, keys, texts }: Written,
  counts: Counts,
  parts: Parts,
  { placeOf }: Shared,
): { readonly heads: readonly string[]; readonly texts: readonly string[] } {
  const references: Record<string, number> = {};
  const left = [...texts];
  for (let i = 0; i < texts.length; i++) {
    const key = keys.names[i] as string;
    const text = texts[i] as string;
    const found = mayHaveParts(key) ? parts.get(text) : undefined;
    if (found) {
      const rest: JsonObject = { [key]: component[key] as JsonValue };
      const copies = new Set<JsonValue>([rest]);
      for (const { steps, text: long } of found) {
        const pointer = jsonPointer([key, ...steps]);
        references[pointer] = placeOf(JSON.stringify(long), pointer);
        put(rest, [key, ...steps], null, copies);
      }
      left[i] = canonicalText(rest[key] as JsonValue);
    } else if ((counts.get(text) ?? 0) > 1 && fields.has(key)) {
      const pointer = `/${key}`;
      references[pointer] = placeOf(text, pointer);
      left[i] = 'null';
    }
  }
  if (Object.keys(references).length === 0) return { heads: keys.heads, texts };
  const { at, heads } = keys.fromShared;
  left.splice(at, 0, canonicalText(references));
  return { heads, texts: left };
}
