import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { digestOfRights, rightsOf } from '../../../../src/app/trust/rights.ts';
import { type Place, rows } from '../../../../src/app/trust/rows.ts';
import { isObject, type JsonObject, type JsonValue } from '../../../../src/base/json.ts';
import { toJson } from '../../../../src/language/syntax/to-json.ts';
import { parseYaml } from '../../../../src/language/syntax/yaml.ts';
import { askingSettings } from '../../../support/settings-rights.ts';

const inside: Place = { digestOf: () => undefined, outside: (path) => (path.startsWith('/') ? path : undefined) };
const read = (text: string): JsonValue => {
  const { node } = parseYaml(text) as { readonly node?: Parameters<typeof toJson>[0] };
  return node ? toJson(node) : null;
};
const rightsIn = (settings: JsonValue) => rightsOf(settings, inside);
const digest = (settings: JsonValue): string => digestOfRights(rightsIn(settings));

describe('the table of what widens rights', () => {
  it('has settings that ask for each row, and no other', () => {
    expect(rows.map(({ name }) => name)).toEqual(Object.keys(askingSettings));
  });

  it.each(Object.entries(askingSettings))('%s is found, with its words', (name, { settings, says }) => {
    const right = rightsIn(read(settings)).find(({ row }) => row === name);
    expect(right?.words).toContain(says);
  });

  it('is in the documentation as it is in the code', () => {
    const page = readFileSync('docs/trust-settings.md', 'utf8');
    const table = [...page.matchAll(/^\| `([a-z]+\.[\w.*]+)` \| (.*) \|$/gm)].map(([, section, means]) => [
      section,
      means,
    ]);
    expect(table).toEqual(rows.map(({ section, means }) => [section, means]));
  });

  it('judges every field that settings can have: what is in no row was found to widen nothing', () => {
    const harmless = [
      /^(\$schema|version|lint|check|completion|probes|experimental_features)\b/,
      /^components\.\*\.(restart|restarts|readySeconds|profile|workspace|image|replicas|limits\.\w+|rotation\.\*)$/,
      /^policies\.\*\.(mode|limits\.\w+)$/,
      /^profiles\.\*\.(type|runtime\.mode|sandbox\.ref|guidance|worker\.[\w.*]+|budget\.\w+)$/,
      /^workspaces\.\*\.(kind|mode|exclude\.\*|conflictPolicy|environment)$/,
    ];
    const sections = rows.map(({ section }) => section);
    const judged = (leaf: string): boolean =>
      sections.some((section) => leaf === section || leaf.startsWith(`${section}.`)) ||
      harmless.some((known) => known.test(leaf));
    const schema = JSON.parse(readFileSync('schemas/settings.schema.json', 'utf8')) as JsonObject;
    const leaves = leavesOf(schema, []);
    expect(leaves.length).toBeGreaterThan(60);
    expect(leaves.filter((leaf) => !judged(leaf))).toEqual([]);
  });
});

function leavesOf(schema: JsonObject, path: readonly string[]): readonly string[] {
  const { properties, additionalProperties, items, oneOf } = schema;
  const parts: (readonly [string, JsonValue])[] = [
    ...(isObject(properties) ? Object.entries(properties) : []),
    ...(isObject(additionalProperties) ? [['*', additionalProperties] as const] : []),
    ...(isObject(items) ? [['*', items] as const] : []),
  ];
  const variants = Array.isArray(oneOf) ? oneOf.flatMap((one) => leavesOf(one as JsonObject, path)) : [];
  if (parts.length === 0 && variants.length === 0) return [path.join('.')];
  return [...parts.flatMap(([name, part]) => leavesOf(part as JsonObject, [...path, name])), ...variants];
}

describe('what asks for nothing', () => {
  it.each([
    {},
    { components: { '/': { egress: [], control: false, environment: 'local', limits: { memoryMiB: 9000 } } } },
    { profiles: { p: { permissions: 'approve-reads', sandbox: { mode: 'inherit' } } } },
    { workspaces: { w: { source: '.', kind: 'dir' } } },
  ])('%j', (settings) => {
    expect(rightsIn(settings)).toEqual([]);
  });
});

describe('the digest of the list', () => {
  const settings = (egress: readonly string[], rest: JsonObject = {}): JsonObject => ({
    components: { '/a': { egress: [...egress], ...rest } },
  });

  it('is that of the list, not of the file: order, repetition and other fields do not count', () => {
    const one = digest(settings(['a:1', 'b:1']));
    expect(digest(settings(['b:1', 'a:1', 'b:1'], { restart: 'never' }))).toBe(one);
    expect(digest({ ...settings(['a:1', 'b:1']), lint: {} })).toBe(one);
  });

  it.each([
    ['more', settings(['a:1', 'b:1', 'c:1'])],
    ['less', settings(['a:1'])],
    ['another port', settings(['a:1', 'b:2'])],
    ['another component', { components: { '/b': { egress: ['a:1', 'b:1'] } } }],
    ['split over two components', { components: { '/a': { egress: ['a:1'] }, '/b': { egress: ['b:1'] } } }],
  ])('changes with %s', (_, other) => {
    expect(digest(other)).not.toBe(digest(settings(['a:1', 'b:1'])));
  });

  it('tells names apart that read alike', () => {
    const odd = { components: { '/a` may reach `b:1`, component `/a': { egress: ['c:1'] } } };
    const plain = { components: { '/a': { egress: ['b:1', 'c:1'] } } };
    expect(digest(odd)).not.toBe(digest(plain));
  });

  it('a file of delegations that says something else is another right', () => {
    const settings = { grants: { delegation: './o.yaml' } };
    const keyOf = (digest: string | undefined): string | undefined =>
      rightsOf(settings, { ...inside, digestOf: () => digest })[0]?.key;
    expect(new Set([keyOf('sha256:a'), keyOf('sha256:b'), keyOf(undefined)]).size).toBe(3);
    expect(rightsOf(settings, { ...inside, digestOf: () => 'sha256:a' })[0]?.words).toBe(
      'what is done stands on the delegations of `./o.yaml`, as they are now: sha256:a',
    );
  });
});
