/** Manifests with a few mistakes in them: cut, replaced, renamed, wrapped, or put where they do not belong. */
import fc from 'fast-check';
import { isObject, type JsonObject, type JsonValue, setKey } from '../../src/base/json.ts';

type Step = string | number;
type Path = readonly Step[];

/** Everything inside, outermost first. */
export function pathsOf(value: JsonValue): readonly Path[] {
  const found: Path[] = [[]];
  const visit = (node: JsonValue, path: Path): void => {
    const inner: readonly (readonly [Step, JsonValue])[] = Array.isArray(node)
      ? (node as readonly JsonValue[]).map((item, i) => [i, item] as const)
      : isObject(node)
        ? Object.keys(node).map((key) => [key, node[key] as JsonValue] as const)
        : [];
    for (const [step, item] of inner) {
      found.push([...path, step]);
      visit(item, [...path, step]);
    }
  };
  visit(value, []);
  return found;
}

export const at = (value: JsonValue, path: Path): JsonValue =>
  path.reduce<JsonValue>((node, step) => (node as never)[step] as JsonValue, value);

/** A copy in which the entry at `path` is what `change` makes of it: any number of entries. */
function replaced(
  value: JsonValue,
  path: Path,
  change: (entry: readonly [Step, JsonValue]) => readonly (readonly [Step, JsonValue])[],
): JsonValue {
  const [first, ...rest] = path;
  if (first === undefined) return change(['', value])[0]?.[1] ?? null;
  const inner = (entry: readonly [Step, JsonValue]): readonly (readonly [Step, JsonValue])[] =>
    entry[0] !== first ? [entry] : rest.length === 0 ? change(entry) : [[first, replaced(entry[1], rest, change)]];
  if (Array.isArray(value))
    return (value as readonly JsonValue[]).flatMap((item, i) => inner([i, item]).map(([, made]) => made));
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(value as JsonObject))
    for (const [name, made] of inner([key, (value as JsonObject)[key] as JsonValue])) setKey(out, String(name), made);
  return out;
}

/** Every field of the language, and some that are none. */
export const fields: readonly string[] = [
  ...['manifest_version', 'experimental_features', 'program', 'components', 'use', 'environments', 'config_schema'],
  ...['slots', 'provides', 'resources', 'child_templates', 'bindings', 'policies', 'overlays', 'exports', 'metadata'],
  ...['image', 'path', 'vm', 'entrypoint', 'args', 'env', 'network', 'mounts', 'cpus', 'memory_mib', 'cloud_init'],
  ...['user_data', 'vendor_data', 'endpoints', 'egress', 'when', 'each', 'arg', 'argv', 'join', 'value', 'file'],
  ...['name', 'port', 'protocol', 'from', 'to', 'slot', 'capability', 'weak', 'kind', 'profile', 'optional'],
  ...['multiple', 'endpoint', 'params', 'size', 'retention', 'sharing', 'manifest', 'config', 'environment', 'url'],
  ...['digest', 'extends', 'resolvers', 'visible_exports', 'limits', 'possible_backends', 'max_live_children'],
  ...['name_pattern', 'type', 'properties', 'required', 'items', 'allOf', 'additionalProperties', 'secret', '$ref'],
  ...['enum', 'default', 'minimum', 'maxLength', 'pattern', 'uniqueItems', '$defs', '$schema', 'oneOf', 'not', '$id'],
  ...['contentSchema', 'dependencies', 'prefixItems', 'contains', 'title', 'multipleOf', '$anchor', 'if'],
  ...['x', 'a.b', '', '__proto__', 'zz zz', 'unknown_field', 'A'],
];

const texts = [
  ...['', ' ', '\n', 'x', 'a.b', 'a.b.c', '.', '#', '#a', '#a.b', '#.b', '#a.', '#a.b.c', 'self', 'self.x', 'slots'],
  ...['slots.x', 'slots.', 'slots.x.url', 'slots.x.y.z', 'provides.x', 'resources.x', 'resources.a.b', 'framework'],
  ...['framework.docker', 'framework.kvm', 'framework.component', 'framework.x', 'config', 'config.', 'config.a'],
  ...['config..a', 'config.a.b', 'item', 'item.url', 'foo.x', 'external.x', 'children.a.exports.b', 'children.a'],
  ...['${config.a}', '${config}', '${', '${}', '${foo.x}', '$', '$$', '$${config.a}', '${config.a', '${ config.a }'],
  ...[
    'a ${config.a} b',
    '/x/${item}',
    '${config.a b}',
    '/',
    '/a',
    '/a/../b',
    '/..',
    '/a/..b',
    'a/b',
    '../a',
    './a.yaml',
  ],
  ...["it's", '"', '\\', "'a b' c", '"a \\" b"', '# comment', 'a # b', "# it's\nb", "a '${config.a b}'", '"${foo}"'],
  ...['a \\${foo}', "'$'{foo}", "$'", '${con"fig".a}', '# ${foo}', 'a\\\n#b', '""', "a\n# 'b\nc'"],
  ...['0.1.0', '0.2.0', '0.3.0', '0.3.9', '0.4.0', '0.0.9', '0.10.0', '1.0.0', '0.4', '0.4.0-a', '0.4.0+b.1', '00.4.0'],
  ...[
    'http',
    'https',
    'tcp',
    'storage',
    'docker',
    'kvm',
    'component',
    'mcp',
    'governance',
    'policy',
    'none',
    'optional',
  ],
  ...['direct', 'vm', 'object', 'string', 'null', 'true', '8080', '#/$defs/a', '#', '#x', '__', 'a__b', 'aB', 'a_'],
  ...[
    'https://json-schema.org/draft/2020-12/schema',
    'https://example.com/a.json5',
    `sha256:${'A'.repeat(43)}=`,
    'sha256:x',
  ],
];

const scalars: readonly JsonValue[] = [null, true, false, 0, 1, -1, 1.5, 70_000, 4_294_967_296, 1e300];

const shapes: readonly JsonValue[] = [
  [],
  {},
  [''],
  [null],
  [[]],
  [{}],
  [{ path: '/a', from: 'slots.a' }],
  { x: null },
  { x: {} },
  ['a', 'b'],
  { file: 'a.txt' },
  { file: 1 },
  { file: 'a.txt', arg: 'x' },
  { arg: 'x' },
  { argv: [] },
  { arg: 'x', argv: null },
  { arg: null },
  { value: 'x' },
  { value: null },
  { when: 'slots.x', arg: 'x' },
  { each: 'slots.x', arg: 'x', join: ',' },
  { join: ',', arg: 'x' },
  { each: 'slots.x', argv: 'x y', join: ',' },
  { each: 'slots.x', arg: null, argv: 'x', join: ',' },
  { each: 'config.a', value: 'x', join: ',' },
  { each: 'config.a', value: 'x' },
  { value: 'x', join: ',' },
  { path: '/a', from: 'config' },
  { path: '/a', from: 'framework.docker', name: 'a.b' },
  { name: 'x', port: 0 },
  { name: '', port: '${config.a}', protocol: null },
  { to: '#a.b', from: '#a.b' },
  { to: '#a', slot: 'b', from: 'slots', capability: 'c' },
  { to: '#a', slot: 'b', from: 'framework', capability: 'docker' },
  { to: '#a', slot: 'b', from: 'self', capability: 'c' },
  { to: '#a.b', from: 'self.c', slot: null, weak: true },
  { kind: 'http' },
  { kind: 'component' },
  { kind: 'storage' },
  { kind: 'http', endpoint: 'x' },
  { manifest: './a' },
  { manifest: { url: './a' }, config: null },
  { url: './a' },
  { url: './a', digest: null },
  { url: './a', digest: 'x' },
  { manifest: ['a', 'b'] },
  { image: 'x', cpus: 1, memory_mib: 1 },
  { image: 'x', entrypoint: 'x' },
  { path: 'x' },
  { vm: null, path: 'x' },
  { type: 'object' },
  { type: ['object', 'null'], properties: {} },
  { type: ['string', 'string'] },
  { type: 'x' },
  { properties: {} },
  { required: ['a'] },
];

/** Some of each, for places where they are only wrong. */
const fewTexts = ['', 'x', '#a.b', 'slots.x', '${config.a}', '${foo}'];
const fewShapes = [[], {}, [''], [null], { x: null }, { file: 'a.txt' }, { kind: 'http' }];
const names = ['', 'x', 'a.b', '__proto__', 'A', 'file', 'manifest', 'a__b', 'a_', '0'];

/** Every manifest that is one change away, over and over the same few changes at every place. Lazy: there are many. */
export function* neighbours(seed: JsonValue): Generator<JsonValue> {
  for (const path of pathsOf(seed)) {
    const here = at(seed, path);
    const isText = typeof here === 'string';
    for (const made of [...scalars, ...(isText ? texts : fewTexts), ...(isText ? fewShapes : shapes)])
      yield replaced(seed, path, ([step]) => [[step, made]]);
    yield replaced(seed, path, ([step, item]) => [[step, [item]]]);
    yield replaced(seed, path, ([step, item]) => [[step, { x: item }]]);
    if (path.length === 0) continue;
    yield replaced(seed, path, () => []);
    if (typeof path.at(-1) === 'string')
      for (const name of names) yield replaced(seed, path, ([, item]) => [[name, item]]);
    if (typeof here !== 'object' || here === null) continue;
    if (Array.isArray(here)) {
      for (const made of [...fewTexts, ...fewShapes, ...(here as readonly JsonValue[])])
        yield added(seed, path, '', made);
      continue;
    }
    for (const field of fields)
      if (!Object.hasOwn(here, field)) for (const made of [null, 'slots.x', {}]) yield added(seed, path, field, made);
  }
}

/** Every manifest with one field that no place has. */
export function* unknownFields(seed: JsonObject): Generator<JsonObject> {
  for (const path of pathsOf(seed))
    if (isObject(at(seed, path))) yield added(seed, path, 'qqqqqqqqqqqq', null) as JsonObject;
}

const added = (value: JsonValue, path: Path, name: string, made: JsonValue): JsonValue =>
  replaced(value, path, ([step, holder]) => [
    [
      step,
      Array.isArray(holder) ? [...(holder as readonly JsonValue[]), made] : withField(holder as JsonObject, name, made),
    ],
  ]);

function withField(holder: JsonObject, name: string, item: JsonValue): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const key of Object.keys(holder)) setKey(out, key, holder[key] as JsonValue);
  setKey(out, name, item);
  return out;
}

type Mutation = (value: JsonValue) => JsonValue;

/** Where it happens is a share of all places, so that one mutation fits every manifest. */
const place = fc.double({ min: 0, max: 0.999_999, noNaN: true });
const pick = <T>(items: readonly T[], share: number): T => items[Math.floor(share * items.length)] as T;
const anything = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 3, arbitrary: fc.constantFrom(...shapes) },
  { weight: 2, arbitrary: fc.constantFrom(...scalars) },
);

function mutation(seeds: readonly JsonValue[]): fc.Arbitrary<Mutation> {
  const elsewhere = fc
    .tuple(fc.constantFrom(...seeds), place)
    .map(([seed, share]) => at(seed, pick(pathsOf(seed), share)));
  const made = fc.oneof(anything, elsewhere);
  const somewhere = (change: (value: JsonValue, path: Path) => JsonValue): fc.Arbitrary<Mutation> =>
    place.map((share) => (value: JsonValue) => change(value, pick(pathsOf(value), share)));
  return fc.oneof(
    somewhere((value, path) => replaced(value, path, () => [])),
    fc.tuple(place, made).map(
      ([share, item]) =>
        (value: JsonValue) =>
          replaced(value, pick(pathsOf(value), share), ([step]) => [[step, item]]),
    ),
    fc.tuple(place, fc.constantFrom(...fields), made).map(([share, name, item]) => (value: JsonValue) => {
      const holders = pathsOf(value).filter((path) => typeof (at(value, path) ?? 0) === 'object');
      return holders.length === 0 ? value : added(value, pick(holders, share), name, item);
    }),
    fc.tuple(place, fc.constantFrom(...fields)).map(
      ([share, name]) =>
        (value: JsonValue) =>
          replaced(value, pick(pathsOf(value), share), ([, item]) => [[name, item]]),
    ),
    // A text in the place of a text, where only texts can stand.
    fc.tuple(place, fc.constantFrom(...texts)).map(([share, text]) => (value: JsonValue) => {
      const found = pathsOf(value).filter((path) => typeof at(value, path) === 'string');
      return found.length === 0 ? value : replaced(value, pick(found, share), ([step]) => [[step, text]]);
    }),
  );
}

/** One of the seeds with one to three changes. */
export const mutants = (seeds: readonly JsonValue[]): fc.Arbitrary<JsonValue> =>
  fc
    .tuple(fc.constantFrom(...seeds), fc.array(mutation(seeds), { minLength: 1, maxLength: 3 }))
    .map(([seed, changes]) => changes.reduce((value, change) => change(value), seed));
