/** Manifests that use every field of the language, each in every form that it has. No headgate finds a fault in them. */
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';

const file = { file: './text.txt' };
const guards = { when: 'config.a', each: 'slots.many' };
const endpoints = [
  { name: 'http', port: 8080 },
  { ...guards, name: 'e-${item}', port: '${config.port}', protocol: '${config.protocol}' },
  { when: 'config.a', name: 'tcp', port: 0, protocol: 'tcp' },
  { when: null, each: null, name: 'none', port: 1 },
  { name: 'https', port: 65_535, protocol: null },
];
const mounts = [
  { path: '/config', from: 'config', name: 'config' },
  { path: '/a', from: 'config.a', name: null },
  { path: '/b', from: 'config.a', when: 'slots.many' },
  { path: '/store', from: 'slots.store' },
  { path: '/own', from: 'resources.own' },
  { path: '/docker', from: 'framework.docker' },
  { path: '/kvm', from: 'framework.kvm' },
  { ...guards, path: '/m/${item}', from: 'config.${item}', name: 'm.${item}' },
];
const env = {
  PLAIN: 'text ${config.a}',
  FILE: file,
  file: 'a variable of this name',
  VALUE: { value: 'x' },
  ALL: { ...guards, value: file, join: ',' },
  WHEN: { when: 'slots.many', value: 'x' },
  NONE: { when: null, each: null, join: null, value: '' },
};
const command = [
  'text',
  file,
  { arg: 'x', argv: null },
  { when: 'config.a', arg: file },
  { argv: ['x', file], arg: null },
  { ...guards, arg: '${item.url}', join: ' ' },
  { ...guards, argv: "--a 'b c' ${item}" },
  { when: null, each: null, join: null, argv: file },
];

/** Every keyword of the dialect, where headgate does not read on. */
const plainSchema = {
  ...{ $id: 'a', $schema: 'b', $anchor: 'c', $dynamicAnchor: 'd', $recursiveAnchor: 'e', $vocabulary: { f: true } },
  ...{ type: ['string', 'object'], enum: [1], const: 1, default: 1, examples: [1], format: 'x', pattern: '(' },
  ...{ minimum: 1, maximum: 1, exclusiveMinimum: 1, exclusiveMaximum: 1, multipleOf: 1, minLength: 1, maxLength: 1 },
  ...{ minItems: 1, maxItems: 1, minContains: 1, maxContains: 1, minProperties: 1, maxProperties: 1 },
  ...{ uniqueItems: true, deprecated: true, readOnly: true, writeOnly: true, title: 'x', description: 'x' },
  ...{ $comment: 'x', contentEncoding: 'x', contentMediaType: 'x', required: ['B', 'c'], contentSchema: true },
  ...{ prefixItems: [true], items: {}, contains: {}, additionalProperties: {}, allOf: [{}], anyOf: [{}], oneOf: [{}] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  ...{ not: {}, if: {}, then: {}, else: {}, propertyNames: {}, properties: { A: {} }, patternProperties: { '(': {} } },
  ...{ $defs: { a: {} }, definitions: { a: {} }, dependentSchemas: { a: {} }, dependentRequired: { a: ['b'] } },
  ...{ dependencies: { a: ['b'], c: {} }, $ref: 'x', $dynamicRef: 'x', $recursiveRef: 'x' },
};

const configSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: ['object', 'null'],
  properties: {
    a: { $ref: '#/$defs/text', secret: true, default: null, title: 'A', description: 'x', examples: [1] },
    port: { type: 'integer', minimum: 1, maximum: 9, exclusiveMinimum: 0, exclusiveMaximum: 10, multipleOf: 2 },
    protocol: { enum: ['http', 1, null], const: 'http' },
    list: { type: 'array', items: { type: 'string' }, minItems: 0, maxItems: 3, uniqueItems: true },
    holder: {
      type: ['object', 'null'],
      properties: {},
      minProperties: 1,
      $defs: { x: { type: 'string' } },
      definitions: { y: true },
      $recursiveAnchor: 'x',
    },
    plain: { contentSchema: plainSchema },
    pair: { prefixItems: [true, { type: 'string' }], contains: {}, minContains: 0, maxContains: 1 },
    deep_1_: { allOf: [{ type: 'object', properties: { x: false }, required: ['x', 'y'] }], maxProperties: 2 },
    other: { contentSchema: { anyOf: [true], properties: {} }, contentEncoding: 'base64', contentMediaType: 'x/y' },
    old: { dependencies: { x: ['y'], z: { not: {} } }, deprecated: true, readOnly: false, writeOnly: false },
  },
  required: ['a'],
  additionalProperties: false,
  minProperties: 0,
  $defs: { text: { type: 'string', pattern: '^x', format: 'any', minLength: 0, maxLength: 9, $comment: 'x' } },
  definitions: { more: { $anchor: 'a', $id: 'b', $dynamicAnchor: 'c', $vocabulary: { x: true } } },
  'x-note': 'free',
};

const common = {
  manifest_version: '0.4.0',
  experimental_features: ['docker', 'kvm', 'governance'],
  config_schema: configSchema,
  slots: {
    many: { kind: 'http', multiple: true, optional: true, profile: 'p' },
    store: { kind: 'storage', profile: null },
    realm: { kind: 'component' },
    ...Object.fromEntries(
      ['mcp', 'llm', 'docker', 'a2a', 'kvm'].map((kind) => [`${kind}_slot`, { kind, optional: false }]),
    ),
  },
  resources: {
    own: { kind: 'storage', params: { size: '1Gi', retention: null, sharing: '${config.a}' } },
    plain: { kind: 'storage', params: null },
  },
  environments: { base: { resolvers: ['r'] }, more: { extends: 'base', resolvers: [] }, none: { extends: null } },
  components: {
    a: './a.yaml',
    b: { url: 'https://example.com/b.json5', digest: `sha256:${'A'.repeat(43)}=` },
    c: { manifest: './c.yaml', config: { x: '${config.a}', y: [1, { z: null }] }, environment: 'more' },
    d: { manifest: { url: '../d.json5', digest: null }, config: null, environment: null },
  },
  use: { p: './p.yaml', q: { manifest: './q.yaml', config: { x: '$${config.a}' } } },
  policies: ['#p.ask', '#q.ask'],
  child_templates: {
    one: {
      manifest: './w.yaml',
      config: { x: 1 },
      bindings: { a: 'slots.many', b: 'resources.own', c: 'external.x', d: 'children.a.exports.x' },
      visible_exports: ['x'],
      limits: { max_live_children: 3, name_pattern: '^x' },
      possible_backends: ['direct', 'vm', 'compose', 'kubernetes'],
    },
    list: { manifest: ['./v.yaml', { url: './w.yaml' }], limits: { max_live_children: null, name_pattern: null } },
    pinned: { manifest: { url: './w.yaml', digest: `sha256:${'A'.repeat(43)}=` } },
    open: {
      manifest: null,
      config: null,
      bindings: null,
      visible_exports: null,
      limits: null,
      possible_backends: null,
    },
  },
  bindings: [
    { to: '#a.x', from: '#b.y' },
    { to: '#a.x', from: 'slots.many', weak: true, slot: null, capability: null },
    { to: '#a', slot: 'y', from: 'resources', capability: 'own', weak: false },
    { to: '#a', slot: 'z', from: '#b', capability: 'y' },
    { to: '#a', slot: 'z', from: 'self', capability: 'many' },
    { to: '#a', slot: 'z', from: 'framework', capability: 'docker' },
    { to: '#a', slot: 'z', from: 'framework', capability: 'kvm' },
    { to: '#c.x', from: 'framework.component' },
    { to: '#c.x', from: 'framework.docker' },
    { to: '#c.x', from: 'framework.kvm' },
    { to: '#c.x', from: 'self.realm' },
  ],
  exports: { own: 'slots.many', child: '#a.x', old: 'self.many', bare: 'many' },
  metadata: { anything: [null, { 'a.b': 1 }] },
};
const served = {
  provides: {
    api: { kind: 'http', endpoint: 'http', profile: 'p' },
    plain: { kind: 'mcp', endpoint: 'tcp', profile: null },
  },
};

export const fullManifests: readonly JsonObject[] = [
  {
    ...common,
    ...served,
    program: { path: './bin/x', args: command, env, network: { endpoints }, mounts, image: null, vm: null },
  },
  {
    ...common,
    ...served,
    program: { image: 'x:${config.a}', entrypoint: command, env, network: { endpoints }, mounts },
  },
  {
    ...common,
    ...served,
    program: {
      vm: {
        image: file,
        cpus: '${config.port}',
        memory_mib: 512,
        network: { endpoints, egress: 'optional' },
        mounts,
        cloud_init: { user_data: file, vendor_data: '#cloud-config' },
      },
      env: {},
      mounts: [],
    },
  },
  { ...common, program: null, config_schema: { type: 'object' }, metadata: null },
  { manifest_version: '0.4.0', use: { p: './p.yaml' }, overlays: ['#p.ask'], policies: [], config_schema: null },
  { manifest_version: '0.1.0', experimental_features: ['governance'], use: { p: './p.yaml' }, policies: ['#p.ask'] },
  {
    manifest_version: '0.1.0',
    program: { path: './x', args: 'a \'b c\' "${config.a} d" # more', env: { A: { value: 'x' } }, network: null },
  },
  {
    manifest_version: '0.2.0',
    program: { image: './x', entrypoint: file, mounts: [], env: { A: { when: 'slots.a', value: 'x' } } },
  },
  {
    manifest_version: '0.3.0',
    program: {
      vm: { image: 'x', cpus: 1, memory_mib: '${config.a}', network: { egress: 'none' }, mounts: [], cloud_init: null },
    },
  },
];

/** The parts of a list or of a map, each alone. */
const singles = (value: JsonValue): readonly JsonValue[] =>
  Array.isArray(value)
    ? (value as readonly JsonValue[]).map((item) => [item])
    : isObject(value)
      ? Object.keys(value).map((key) => ({ [key]: value[key] as JsonValue }))
      : [value];

const manifest_version = '0.4.0';
const vm = { image: 'x', cpus: 1, memory_mib: 1 };
/** What one part asks of another, and what is left out above. */
const pairs: readonly JsonObject[] = [
  { manifest_version, policies: ['#p.ask'], overlays: [] },
  { manifest_version, policies: [], overlays: ['#p.ask'] },
  { manifest_version, slots: {}, child_templates: {} },
  { manifest_version, slots: { a: { kind: 'http' }, b: { kind: 'component' } }, child_templates: { a: {} } },
  { manifest_version, program: { vm, env: {} } },
  { manifest_version, program: { vm, mounts: [] } },
  { manifest_version, program: { path: file } },
  { manifest_version, program: { image: file, entrypoint: ['x'] } },
  { manifest_version, program: { image: 'x', entrypoint: "a 'b'" } },
  { manifest_version, program: { image: 'x', entrypoint: [{ when: 'slots.a', arg: 'x' }] } },
  { manifest_version, program: { vm: { ...vm, mounts: [{ when: 'slots.a', path: '/a', from: 'slots.a' }] } } },
  { manifest_version, program: { vm: { ...vm, network: { endpoints: [{ when: 'config.a', name: 'x', port: 1 }] } } } },
  { manifest_version, bindings: [{ to: '#a', slot: 'b', from: 'slots', capability: 'docker' }] },
  { manifest_version, bindings: [{ to: '#a', slot: 'b', from: 'provides', capability: 'kvm' }] },
];

/** The same, small: one part of one section at a time, so that a mistake in it is the only one. */
export const smallManifests: readonly JsonObject[] = distinct([
  ...pairs,
  ...fullManifests.flatMap((manifest) =>
    Object.keys(manifest)
      .filter((section) => section !== 'manifest_version' && section !== 'experimental_features')
      .flatMap((section) =>
        partsOf(section, manifest[section] as JsonValue).map((part) => ({
          manifest_version: manifest['manifest_version'] as JsonValue,
          ...(manifest['experimental_features'] ? { experimental_features: manifest['experimental_features'] } : {}),
          ...(section === 'child_templates' ? { slots: { realm: { kind: 'component' } } } : {}),
          [section]: part,
        })),
      ),
  ),
]);

function distinct(manifests: readonly JsonObject[]): readonly JsonObject[] {
  const found = new Map(manifests.map((manifest) => [JSON.stringify(manifest), manifest]));
  return [...found.values()];
}

function partsOf(section: string, value: JsonValue): readonly JsonValue[] {
  if (!isObject(value)) return singles(value);
  if (section === 'config_schema') return schemaParts(value);
  if (section === 'program') return programParts(value);
  return singles(value);
}

function programParts(program: JsonObject): readonly JsonObject[] {
  const base = Object.fromEntries(
    Object.entries(program).filter(([field]) => /^(?:path|image|entrypoint|cpus|memory_mib)$/.test(field)),
  );
  const small = base['entrypoint'] === undefined ? base : { ...base, entrypoint: ['x'] };
  // What a path, an image and a machine have in common is looked at closely in one of them.
  const some = (value: JsonValue): readonly JsonValue[] =>
    program['path'] === undefined ? singles(value).slice(0, 2) : singles(value);
  if (isObject(program['vm'])) return programParts(program['vm']).map((vm) => ({ vm }));
  return Object.entries(program).flatMap(([field, value]): readonly JsonObject[] => {
    if (field === 'network' && isObject(value) && value['endpoints'] !== undefined)
      return some(value['endpoints']).map((endpoints) => ({ ...small, network: { ...value, endpoints } }));
    return Array.isArray(value) || field === 'env'
      ? some(value).map((part) => ({ ...small, [field]: part }))
      : [{ ...small, [field]: value }];
  });
}

function schemaParts(schema: JsonObject): readonly JsonObject[] {
  const type = schema['type'] as JsonValue;
  return Object.entries(schema).flatMap(([keyword, value]): readonly JsonObject[] => {
    const shared = { type, $defs: { text: true } };
    if (keyword === 'properties' || keyword === '$defs' || keyword === 'definitions')
      return singles(value).map((part) => ({ ...shared, [keyword]: part }));
    return [{ ...shared, [keyword]: value }];
  });
}
