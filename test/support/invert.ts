/** Turns expectations of a file of policy tests round, one at a time: values, names, numbers and the lengths of lists. */
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';

export interface Mutant {
  /** Name of the test that must fail. */
  readonly test: string;
  /** JSON pointer to the expectation. */
  readonly place: string;
  readonly label: string;
  readonly suite: JsonValue;
}

type Path = readonly (string | number)[];

const edges = ['/web.data', '/web.agent', '/team/page.data', '/team/page.agent', 'exports.site', 'exports.team'];
/** Other values that the same field could have, and that mean something else. */
const others: Readonly<Record<string, readonly JsonValue[]>> = {
  policy: ['#gate.check', '#audit.record'],
  scope: ['/', '/team'],
  severity: ['error', 'warning', 'info'],
  edge: edges,
  component: ['/api', '/web', '/team'],
  moniker: ['/__overlay_0_0', '/__overlay_0_2'],
  on: edges,
  shown: edges,
  matched: edges,
  untouched: edges,
};
const codes = ['govern/finding-error', 'govern/finding-warning', 'link/unbound-slot'];
/** Something that a list which is empty could hold. */
const samples: Readonly<Record<string, JsonValue>> = {
  findings: { severity: 'info' },
  errors: 'link/unbound-slot',
  warnings: 'govern/finding-warning',
  interposers: { reason: 'any' },
};

/** The field that a path lies in: the last name on it. */
const fieldOf = (path: Path): string => String([...path].reverse().find((step) => typeof step === 'string') ?? '');
/** Edges of which the same holds: one in the place of the other inverts nothing. */
const alike = [
  ['/web.agent', '/team/page.agent'],
  ['exports.site', 'exports.team'],
];
const areAlike = (a: string, b: string): boolean => alike.some((group) => group.includes(a) && group.includes(b));

/** Of the expectation: `edges`, `findings`, … */
const kindOf = (path: Path): string => String(path[3] ?? '');

/** Every way in which one value can be something else. */
function inversions(value: JsonValue, path: Path): readonly JsonValue[] {
  const field = fieldOf(path);
  const inChain = kindOf(path) === 'edges';
  if (Array.isArray(value)) return lists(value as readonly JsonValue[], path);
  if (typeof value === 'string') {
    if (value === 'others') return edges.slice(0, 1).map((edge) => [edge]);
    const pool = inChain && field !== 'scope' ? others['policy'] : field === 'code' ? codesFor(path) : others[field];
    return [`${value}~`, ...(pool ?? []).filter((other) => other !== value)];
  }
  if (typeof value === 'number') return value > 0 ? [value + 1, value - 1] : [value + 1];
  if (typeof value === 'boolean') return [!value];
  if (value === null) return ['x', 0];
  return [];
}

const codesFor = (path: Path): readonly string[] =>
  ['errors', 'warnings'].includes(kindOf(path)) ? codes : ['another-code'];

function lists(items: readonly JsonValue[], path: Path): readonly JsonValue[] {
  const [kind, field] = [kindOf(path), fieldOf(path)];
  const complete = path.length === 4 && kind !== 'untouched';
  const chain = kind === 'edges';
  const sample = complete ? samples[kind] : chain ? '#gate.check' : others[field]?.[kind === 'untouched' ? 0 : 1];
  const added = sample === undefined ? [] : [[...items, sample]];
  // A list of edges that must be untouched, or of edges that were shown, may lose its meaning, not only an item.
  const removed = kind === 'untouched' ? [] : items.map((_, index) => items.filter((_item, i) => i !== index));
  const reversed =
    chain && JSON.stringify([...items].reverse()) !== JSON.stringify(items) ? [[...items].reverse()] : [];
  const twice = complete || chain ? items.map((item) => [...items, item]) : [];
  return [...added, ...removed, ...reversed, ...twice];
}

function replaced(value: JsonValue, path: Path, made: JsonValue): JsonValue {
  const [step, ...rest] = path;
  if (step === undefined) return made;
  if (Array.isArray(value))
    return value.map((item, i) => (i === step ? replaced(item as JsonValue, rest, made) : item)) as JsonValue;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, item]) => [key, key === step ? replaced(item, rest, made) : item]),
  );
}

/** Every key whose meaning is a name, renamed. */
function renamed(value: JsonObject, path: Path): readonly JsonObject[] {
  const kind = kindOf(path);
  if (path.length !== 4 || (kind !== 'edges' && kind !== 'policies')) return [];
  const keys = Object.keys(value);
  const names = kind === 'edges' ? edges : ['#gate.check', '/audit'];
  return keys.flatMap((key) =>
    [`${key}~`, ...names.filter((name) => !keys.includes(name) && !areAlike(name, key))].map((name) =>
      Object.fromEntries(Object.entries(value).map(([k, item]) => [k === key ? name : k, item])),
    ),
  );
}

export function mutantsOf(suite: JsonValue): readonly Mutant[] {
  const tests = ((suite as JsonObject)['tests'] ?? []) as readonly JsonObject[];
  const mutants: Mutant[] = [];
  const open: { readonly value: JsonValue; readonly path: Path; readonly test: string }[] = tests.map(
    (test, index) => ({
      value: test['expect'] as JsonValue,
      path: ['tests', index, 'expect'],
      test: String(test['name']),
    }),
  );
  for (let item = open.pop(); item; item = open.pop()) {
    const { value, path, test } = item;
    const made = [...inversions(value, path), ...(isObject(value) ? renamed(value, path) : [])];
    const place = path.join('/');
    for (const other of made) {
      const label = `${test}: ${place}: ${JSON.stringify(value)} → ${JSON.stringify(other)}`;
      mutants.push({ test, place, label, suite: replaced(suite, path, other) });
    }
    if (Array.isArray(value)) {
      for (const [i, inner] of value.entries()) open.push({ value: inner as JsonValue, path: [...path, i], test });
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) open.push({ value: inner, path: [...path, key], test });
    }
  }
  return mutants;
}
