import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { createSink } from '../../src/diagnostics/sink.ts';
import { canonicalManifest } from '../../src/language/digest.ts';
import { createParser, prepareParser } from '../../src/phases/1-parse/index.ts';

const parser = createParser();
beforeAll(() => prepareParser('a.json5'));

function canonicalOf(manifest: Json): string {
  const source = { file: 'a.json5', text: JSON.stringify(manifest) };
  const sink = createSink();
  const root = parser.syntax(source, sink);
  const decoded = root && parser.decode(source, root, new Map(), sink);
  if (!decoded) throw new Error(JSON.stringify([sink.diagnostics, manifest], null, 1));
  return canonicalManifest(decoded);
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A field that may be left out, with its default as a manifest says it. */
class Optional {
  readonly value: Written;
  constructor(value: Written) {
    this.value = value;
  }
}
type Written = Json | Optional | readonly Written[] | { readonly [key: string]: Written };
const optional = (value: Written): Optional => new Optional(value);

const endpoint: Written = { name: 'http', port: 80, protocol: optional('http') };
const mount: Written = {
  when: optional(null),
  each: optional(null),
  name: optional(null),
  path: '/m',
  from: 'resources.r',
};
const around: Readonly<Record<string, Written>> = {
  env: optional({}),
  network: optional(null),
  mounts: optional([]),
};
const listening: Readonly<Record<string, Written>> = {
  env: optional({}),
  network: { endpoints: [endpoint] },
  mounts: [mount],
};
const vm = { image: 'i', cpus: 1, memory_mib: 64 };

/** The keys stand in the order in which the reference writes them. */
const programs: Readonly<Record<string, Written>> = {
  'no program': optional(null),
  'a path': { path: '/bin/a', args: optional([]), ...around },
  'a path that listens': { path: '/bin/a', args: optional([]), ...listening },
  'a network without endpoints': {
    path: '/bin/a',
    args: optional([]),
    ...around,
    network: { endpoints: optional([]) },
  },
  'an image': { image: 'i', entrypoint: ['a'], ...around },
  'a virtual machine': {
    vm: {
      ...vm,
      network: optional(null),
      mounts: optional([]),
      cloud_init: optional({ user_data: optional(null), vendor_data: optional(null) }),
    },
  },
  'a virtual machine that listens': {
    vm: {
      ...vm,
      network: { endpoints: [endpoint], egress: optional('none') },
      mounts: [mount],
      cloud_init: { user_data: 'u', vendor_data: optional(null) },
    },
  },
};

const template: Readonly<Record<string, Written>> = {
  manifest: optional(null),
  config: optional({}),
  bindings: optional({}),
  visible_exports: optional([]),
  limits: optional(null),
  possible_backends: optional([]),
};
const params = { size: optional(null), retention: optional(null), sharing: optional(null) };

const sections = (program: Written): Readonly<Record<string, Written>> => ({
  manifest_version: '0.4.0',
  program,
  components: { c: { manifest: { url: './c' }, config: optional(null), environment: optional(null) } },
  use: { u: { manifest: { url: './u' }, config: optional(null), environment: optional(null) } },
  environments: { e: { extends: optional(null), resolvers: optional([]) } },
  config_schema: optional(null),
  slots: { s: { kind: 'component', profile: optional(null), optional: optional(false), multiple: optional(false) } },
  provides: { p: { kind: 'http', profile: optional(null), endpoint: optional(null) } },
  resources: { q: { kind: 'storage', params: optional(params) }, r: { kind: 'storage', params } },
  child_templates: {
    a: template,
    b: { ...template, limits: { max_live_children: optional(null), name_pattern: optional(null) } },
  },
  bindings: [{ to: '#c', slot: 'x', from: 'slots', capability: 's', weak: optional(false) }],
  overlays: optional([]),
  exports: optional({}),
});

const empty: Readonly<Record<string, Written>> = {
  manifest_version: '0.4.0',
  program: optional(null),
  components: optional({}),
  use: optional({}),
  environments: optional({}),
  config_schema: optional(null),
  slots: optional({}),
  provides: optional({}),
  resources: optional({}),
  child_templates: optional({}),
  bindings: optional([]),
  overlays: optional([]),
  exports: optional({}),
};

/** As a manifest; `left` says of each optional field in turn whether it is left out. */
function write(value: Written, left: () => boolean): Json | undefined {
  if (value instanceof Optional) return left() ? undefined : write(value.value, left);
  if (Array.isArray(value)) return (value as readonly Written[]).map((item) => write(item, left) as Json);
  if (typeof value !== 'object' || value === null) return value as Json;
  const entries = Object.entries(value as Readonly<Record<string, Written>>).map(
    ([key, item]) => [key, write(item, left)] as const,
  );
  return Object.fromEntries(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}

/** As the reference writes it: of what may be left out, everything, but for a guard that is null anywhere but in a mount. */
const canonicalForm = (value: Written): string => JSON.stringify(write(value, () => false));

describe('defaults in the canonical form', () => {
  test.each([
    ['nothing but a version', empty],
    ...Object.entries(programs).map(([name, program]) => [name, sections(program)] as const),
  ] as const)('a default that is left out is written as the reference writes it: %s', (_, manifest) => {
    const expected = canonicalForm(manifest);
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (bits) => {
        expect(canonicalOf(write(manifest, () => bits.next().value as boolean) as Json)).toBe(expected);
      }),
      { numRuns: 100 },
    );
    expect(canonicalOf(write(manifest, () => true) as Json)).toBe(expected);
  });

  test('what the reference leaves out stays out', () => {
    const program = {
      path: '/a',
      args: [{ arg: 'x', when: null, each: null, join: null }],
      env: { A: { value: 'v', when: null, each: null, join: null } },
      network: { endpoints: [{ name: 'e', port: 1, when: null, each: null }] },
    };
    const canonical = canonicalOf({ manifest_version: '0.4.0', experimental_features: [], program });
    expect(canonical).not.toContain('experimental_features');
    expect(JSON.parse(canonical)['program']).toEqual({
      path: '/a',
      args: ['x'],
      env: { A: 'v' },
      network: { endpoints: [{ name: 'e', port: 1, protocol: 'http' }] },
      mounts: [],
    });
  });
});
