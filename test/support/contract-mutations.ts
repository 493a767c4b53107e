/** Documents that differ from a valid one in one place. */
import { isObject, type JsonObject, type JsonValue, setKey } from '../../src/base/json.ts';

export interface Mutation {
  readonly what: string;
  readonly document: JsonValue;
  /** What must be said of it, where its making tells. */
  readonly fits?: boolean;
}

type Path = readonly (string | number)[];

const odd: readonly JsonValue[] = [null, true, false, -1, 0, 1, 1.5, 1e300, 'x', '', [], {}];
const alien = ['more', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '$schema', ''];
const typeOf = (value: JsonValue): string =>
  value === null ? 'null' : Array.isArray(value) ? 'array' : Number.isInteger(value) ? 'integer' : typeof value;
const shown = (path: Path): string => (path.length === 0 ? '.' : path.join('.'));

export interface Knowledge {
  /** Fields that may be left out, wherever they stand. */
  readonly optional?: readonly string[];
  readonly nullable?: readonly string[];
  /** Fields with any text. Where they are given, every other text and every flag has one value, and every list needs all that it has. */
  readonly free?: readonly string[];
}

export function mutationsOf(document: JsonObject, known: Knowledge): readonly Mutation[] {
  const whole = odd.map((value) => ({ what: `${JSON.stringify(value)} as a whole`, document: value, fits: false }));
  return [...whole, ...pathsIn(document).flatMap((path) => mutationsAt(document, path, known))];
}

function mutationsAt(document: JsonObject, path: Path, known: Knowledge): readonly Mutation[] {
  const value = valueAt(document, path);
  const name = path.at(-1);
  const made: Mutation[] = [];
  const add = (what: string, to: Parameters<typeof changed>[2], fits: boolean | undefined): void => {
    made.push({ what, document: changed(document, path, to), ...(fits === undefined ? {} : { fits }) });
  };
  if (name !== undefined) {
    const inList = known.free ? false : undefined;
    add(`without ${shown(path)}`, 'gone', typeof name === 'string' ? known.optional?.includes(name) === true : inList);
    const texts = typeof value === 'string' ? [`${value} `, value.toUpperCase(), value.slice(1)] : [];
    for (const other of [...odd, ...texts])
      add(`${shown(path)} as ${JSON.stringify(other)}`, { value: other }, fitsInstead(value, other, name, known));
  }
  if (isObject(value))
    for (const key of alien) add(`${shown(path)} with ${JSON.stringify(key)}`, { value: withKey(value, key) }, false);
  if (Array.isArray(value))
    for (const more of [...value, ...odd] as readonly JsonValue[]) {
      // Entries may come twice, names may not.
      const twice = value.includes(more) && isObject(more);
      const what = `${shown(path)} with ${JSON.stringify(more).slice(0, 60)}`;
      add(what, { value: [...value, more] }, known.free ? twice : undefined);
    }
  return made;
}

/** Undefined where only a schema knows. */
function fitsInstead(
  value: JsonValue,
  other: JsonValue,
  name: string | number,
  { nullable = [], free }: Knowledge,
): boolean | undefined {
  const inField = typeof name === 'string';
  if (value === null || (inField && nullable.includes(name))) return undefined;
  if (typeOf(other) !== typeOf(value)) return false;
  if (!free || typeof value === 'object') return undefined;
  if (other === value) return true;
  if (typeof other === 'number') return other >= 0;
  return typeof other === 'string' && inField && free.includes(name);
}

/** Of objects, lists and values, from the whole on. */
function pathsIn(value: JsonValue, path: Path = []): readonly Path[] {
  const inner = Array.isArray(value)
    ? (value as readonly JsonValue[]).flatMap((item, index) => pathsIn(item, [...path, index]))
    : isObject(value)
      ? Object.entries(value).flatMap(([key, item]) => pathsIn(item, [...path, key]))
      : [];
  return [path, ...inner];
}

const valueAt = (value: JsonValue, path: Path): JsonValue =>
  path.reduce<JsonValue>((at, step) => (at as Readonly<Record<string | number, JsonValue>>)[step] as JsonValue, value);

function withKey(value: JsonObject, key: string): JsonObject {
  const copy = { ...value };
  setKey(copy as Record<string, JsonValue>, key, 1);
  return copy;
}

/** The rest is shared: nothing changes it. */
function changed(value: JsonValue, [step, ...rest]: Path, to: { readonly value: JsonValue } | 'gone'): JsonValue {
  if (step === undefined) return to === 'gone' ? null : to.value;
  const isLast = rest.length === 0 && to === 'gone';
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item, index) =>
      index !== step ? [item] : isLast ? [] : [changed(item, rest, to)],
    );
  const entries = Object.entries(value as JsonObject);
  return Object.fromEntries(
    entries.flatMap(([key, item]) => (key !== step ? [[key, item]] : isLast ? [] : [[key, changed(item, rest, to)]])),
  );
}

const start = 'urn:srcos:agent-machine:workspace-operation-contract:';
/** Identifiers of contracts, and whether they are some. */
export const identifiers: readonly (readonly [string, boolean])[] = [
  [`${start}a`, true],
  [`${start}0`, true],
  [`${start}a-`, true],
  [`${start}20300101-000000-0000`, true],
  [`${start}${'a'.repeat(5000)}`, true],
  [start, false],
  [`${start}-a`, false],
  [`${start}A`, false],
  [`${start}a_b`, false],
  [`${start}a b`, false],
  [`${start}a:b`, false],
  [`${start}ä`, false],
  [`${start}a\u0000`, false],
  [`${start}𝟎`, false],
  [` ${start}a`, false],
  [`${start}a `, false],
  [`x${start}a`, false],
  [`URN${start.slice(3)}a`, false],
  [`${start.slice(0, -1)}/a`, false],
  ['urn:srcos:agent-machine:schema:workspace-operation-contract:v0.1.0', false],
  ['', false],
];
