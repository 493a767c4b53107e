/** Small inputs that stand for much: everything that grows with a power of what is written. */
import { patterns } from './dictionary.ts';
import { printTree } from './print.ts';
import type { Random } from './random.ts';
import { list, map, type Tree, treeOf, value } from './tree.ts';

export interface Bomb {
  readonly name: string;
  /** Files of a scenario; the root is `scenario.yaml` or `scenario.json5`. */
  readonly make: (random: Random) => Readonly<Record<string, string>>;
}

const version: [string, Tree] = ['manifest_version', value('0.4.0')];
const head = 'manifest_version: "0.4.0"\n';
const manifest = (entries: readonly [string, Tree][]): Tree => ({ kind: 'map', entries: [version, ...entries] });
const root = (random: Random, entries: readonly [string, Tree][]): Readonly<Record<string, string>> => {
  const spelling = random.pick(['yaml', 'json5'] as const);
  return { [`scenario.${spelling}`]: printTree(manifest(entries), spelling, random) };
};
const count = <T>(n: number, made: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => made(i));

/** Each definition names the next one several times. */
function schemaOf(random: Random, join: 'allOf' | 'properties' | 'items' | 'prefixItems'): Tree {
  const depth = random.pick([5, 17, 30, 300]);
  const next = (i: number): unknown => ({ $ref: `#/$defs/d${(i + 1) % (random.chance(0.02) ? depth : depth + 1)}` });
  const body = (i: number): unknown => {
    if (join === 'properties') return { type: 'object', properties: { a: next(i), b: next(i) } };
    return join === 'items' ? { type: 'array', items: next(i) } : { [join]: [next(i), next(i)] };
  };
  const defs = Object.fromEntries(count(depth, (i) => [`d${i}`, body(i)]));
  return treeOf({
    type: 'object',
    properties: { x: { $ref: '#/$defs/d0' } },
    $defs: { ...defs, [`d${depth}`]: { type: 'string' } },
  });
}

const circles: readonly unknown[] = [
  { $ref: '#' },
  { type: 'object', $ref: '#' },
  { type: 'object', properties: { a: { $ref: '#' } } },
  { type: 'object', properties: { a: { $ref: '#/properties/a' } } },
  { type: 'object', properties: { a: { $ref: '#/properties/b' }, b: { $ref: '#/properties/a' } } },
  { type: 'object', allOf: [{ $ref: '#' }] },
  { type: 'object', allOf: [{ $ref: '#/allOf/0' }] },
  { type: 'object', properties: { a: { type: 'array', items: { $ref: '#/properties/a' } } } },
  {
    type: 'object',
    $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } },
    properties: { x: { $ref: '#/$defs/a' } },
  },
  { type: 'object', properties: { a: { contains: { $ref: '#' } } } },
];

/** A component whose config is judged by a schema. */
const judged = (schema: Tree, config: Tree): Readonly<Record<string, string>> => ({
  'scenario.yaml': printTree(
    manifest([['components', map({ c: map({ manifest: value('./child.yaml'), config }) })]]),
    'yaml',
  ),
  'child.yaml': printTree(manifest([['config_schema', schema]]), 'yaml'),
});

const longTexts = [`${'a'.repeat(40)}!`, 'a'.repeat(30), `${'x'.repeat(5000)}!`, 'a '.repeat(2000), 'a'.repeat(50_000)];

export const bombs: readonly Bomb[] = [
  {
    name: 'aliases',
    make: (random) => {
      const width = random.pick([2, 9, 30]);
      const item = (i: number): string =>
        random.chance(0.8) ? `[${Array(width).fill(`*a${i}`).join(', ')}]` : `{x: *a${i}, y: *a${i}}`;
      const lines = count(
        random.pick([4, 12, 40, 500]),
        (i) => `  a${i}: &a${i} ${i === 0 ? '[x, x]' : item(i - 1)}\n`,
      );
      return { 'scenario.yaml': `${head}metadata:\n${lines.join('')}` };
    },
  },
  {
    name: 'alias to what holds it',
    make: (random) => ({
      'scenario.yaml': `${head}${random.pick(['metadata: &a { b: *a }', 'metadata: &a [*a]', '&a components: *a', 'metadata: {<<: &a {x: *a}}', 'slots: &a\n  x: *a\n'])}\n`,
    }),
  },
  ...(['allOf', 'properties', 'items', 'prefixItems'] as const).map(
    (join): Bomb => ({
      name: `schema of ${join}`,
      make: (random) => root(random, [['config_schema', schemaOf(random, join)]]),
    }),
  ),
  {
    name: 'judged by a schema',
    make: (random) => {
      let config: Tree = value('x');
      for (let n = random.pick([1, 20, 150]); n > 0; n--)
        config = random.chance(0.5) ? map({ a: config, b: config }) : list(config);
      const shallow = random.chance(0.5) ? map({ x: value('x') }) : config;
      const bounded = sizeBounded(shallow);
      return judged(
        schemaOf(random, random.pick(['allOf', 'properties', 'items', 'prefixItems'])),
        map({ x: bounded }),
      );
    },
  },
  {
    name: 'circle in a schema',
    make: (random) => judged(treeOf(random.pick(circles)), treeOf({ a: { a: { a: [1] } }, x: 1 })),
  },
  {
    name: 'regular expression',
    make: (random) => {
      const pattern = random.pick(patterns);
      const schema = treeOf({ type: 'object', properties: { a: { type: 'string', pattern } } });
      return judged(schema, map({ a: value(random.pick(longTexts)) }));
    },
  },
  {
    name: 'numbers in a schema',
    make: (random) => {
      const n = random.pick(['1e308', '1e-320', '0', '-1', '0.1', '9007199254740993', '1.5', '99999999999999999999']);
      const keyword = random.pick([
        'multipleOf',
        'minLength',
        'maxLength',
        'minItems',
        'maxContains',
        'minimum',
        'maxProperties',
        'const',
      ]);
      const schema = map({
        type: value('object'),
        properties: map({ a: map({ [keyword]: { kind: 'raw', text: n } }) }),
      });
      return judged(schema, map({ a: random.pick([value('abc'), list(value(1)), { kind: 'raw', text: n }, map({})]) }));
    },
  },
  {
    name: 'files in a circle',
    make: (random) => {
      const n = random.pick([1, 2, 3, 50]);
      const name = (i: number): string => (i % n === 0 ? 'scenario.yaml' : `f${i % n}.yaml`);
      const refs = (i: number): string => count(random.pick([1, 2]), (k) => `  c${k}: ./${name(i + 1 + k)}\n`).join('');
      return Object.fromEntries(count(n, (i) => [name(i), `${head}components:\n${refs(i)}`]));
    },
  },
  {
    name: 'files that double',
    make: (random) => {
      const depth = random.pick([3, 8, 11, 40]);
      const name = (i: number): string => (i === 0 ? 'scenario.yaml' : `f${i}.yaml`);
      const child = (i: number): string =>
        i === depth ? '' : `components:\n  a: ./${name(i + 1)}\n  b: ./${name(i + 1)}\n`;
      return Object.fromEntries(count(depth + 1, (i) => [name(i), head + child(i)]));
    },
  },
  {
    name: 'a chain of bindings',
    make: (random) => {
      const n = random.pick([2, 30, 800]);
      const close = random.chance(0.5);
      const components = Object.fromEntries(count(n, (i) => [`c${i}`, value('./child.yaml')]));
      const bindings = count(close ? n : n - 1, (i) =>
        map({ to: value(`#c${i}.in`), from: value(`#c${(i + 1) % n}.out`) }),
      );
      const out = random.pick(['slots.in', 'provides.out', 'self.in', '#x.y']);
      return {
        'scenario.yaml': printTree(
          manifest([
            ['components', map(components)],
            ['bindings', list(...bindings)],
          ]),
          'yaml',
        ),
        'child.yaml': `${head}slots:\n  in: { kind: http }\nexports:\n  out: ${out}\n`,
      };
    },
  },
  {
    name: 'environments in a circle',
    make: (random) => {
      const n = random.pick([1, 2, 300]);
      const entry = (i: number): Tree => map({ extends: value(`e${(i + 1) % n}`) });
      return root(random, [['environments', map(Object.fromEntries(count(n, (i) => [`e${i}`, entry(i)])))]]);
    },
  },
  {
    name: 'a long text',
    make: (random) => {
      const unit = random.pick([
        '${config.a}',
        '${',
        '$${config.a}',
        "'",
        '"',
        '\\',
        'a ',
        '$',
        '}',
        '${slots.x.url}',
        '\n',
        '`',
      ]);
      const text = unit.repeat(random.pick([10, 1000, 20_000]));
      const field = random.pick(['args', 'entrypoint', 'path', 'image']);
      return root(random, [['program', map({ [field]: random.chance(0.5) ? value(text) : list(value(text)) })]]);
    },
  },
  {
    name: 'one long text in many places',
    make: (random) => {
      const text = 'x'.repeat(random.pick([100, 20_000, 200_000]));
      const [before, after] = random.pick([
        ['bindings:\n', '  - { to: *a, from: *a }\n'],
        ['policies:\n', '  - *a\n'],
        ['components:\n', '  c%: { manifest: *a, *a : 1 }\n'],
        ['slots:\n', '  s%: { kind: *a, *a : *a }\n'],
        ['program:\n  path: x\n  args:\n', '    - { file: *a }\n'],
        ['exports:\n', '  e%: *a\n'],
      ] as const);
      const lines = count(random.pick([10, 2000]), (i) => after.replaceAll('%', String(i)));
      return { 'scenario.yaml': `${head}metadata: &a "${text}"\n${before}${lines.join('')}` };
    },
  },
  {
    name: 'one name in many misspellings',
    make: (random) => {
      const n = random.pick([50, 1000]);
      const slots = Object.fromEntries(count(n, (i) => [`slot${i}`, map({ kind: value('http') })]));
      const bindings = count(n, (i) => map({ to: value(`#c.slto${i}`), from: value(`slots.slto${i}`) }));
      return root(random, [
        ['slots', map(slots)],
        ['bindings', list(...bindings)],
      ]);
    },
  },
];

/** Shared parts are written out once for every place they stand in, so a deep tree of pairs must be cut. */
function sizeBounded(tree: Tree): Tree {
  let left = 5000;
  const cut = (node: Tree): Tree => {
    if (--left < 0) return value('x');
    if (node.kind === 'map') return { kind: 'map', entries: node.entries.map(([key, item]) => [key, cut(item)]) };
    return node.kind === 'list' ? { kind: 'list', items: node.items.map(cut) } : node;
  };
  return cut(tree);
}
