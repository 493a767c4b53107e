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

/** `optional` names fields that may be left out, wherever they stand; `nullable` those that may be null. */
export function mutationsOf(
  document: JsonObject,
  { optional = [], nullable = [] }: { readonly optional?: readonly string[]; readonly nullable?: readonly string[] },
): readonly Mutation[] {
  const made: Mutation[] = odd.map((value) => ({
    what: `${JSON.stringify(value)} as a whole`,
    document: value,
    fits: false,
  }));
  for (const path of pathsIn(document)) {
    const value = valueAt(document, path);
    const name = path.at(-1);
    const inField = typeof name === 'string';
    if (path.length > 0) {
      made.push({
        what: `without ${shown(path)}`,
        document: changed(document, path, 'gone'),
        ...(inField ? { fits: optional.includes(name) } : {}),
      });
      for (const other of odd) {
        const isOfType = typeOf(other) === typeOf(value) || (other === null && inField && nullable.includes(name));
        made.push({
          what: `${shown(path)} as ${JSON.stringify(other)}`,
          document: changed(document, path, { value: other }),
          ...(isOfType || value === null || (inField && nullable.includes(name)) ? {} : { fits: false }),
        });
      }
      if (typeof value === 'string')
        for (const other of [`${value} `, value.toUpperCase(), value.slice(1)])
          made.push({ what: `${shown(path)} as ${other}`, document: changed(document, path, { value: other }) });
    }
    if (isObject(value))
      for (const key of alien)
        made.push({
          what: `${shown(path)} with ${JSON.stringify(key)}`,
          document: changed(document, path, { value: withKey(value, key) }),
          fits: false,
        });
    if (Array.isArray(value))
      for (const more of [...value, ...odd] as readonly JsonValue[])
        made.push({
          what: `${shown(path)} with ${JSON.stringify(more).slice(0, 60)}`,
          document: changed(document, path, { value: [...value, more] }),
        });
  }
  return made;
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
