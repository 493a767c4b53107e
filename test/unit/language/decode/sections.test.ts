import { describe, expect, test } from 'vitest';
import { canonicalManifest } from '../../../../src/language/digest.ts';
import { canonical, decode, decoded, faults } from './harness.ts';

describe('the root', () => {
  test.each([
    ['componentz: {}', 'unknown-field @ componentz: unknown field `componentz`', 'did you mean `components`?'],
    [
      'manifest_version: "0.4"',
      'invalid-value @ "0.4": `manifest_version`: `0.4` is not a version',
      'a version has three parts, for example "0.4.0"',
    ],
    [
      'manifest_version: 0.4',
      'wrong-type @ 0.4: `manifest_version`: expected a string such as "0.4.0", found a number',
      undefined,
    ],
    ['components: null', 'wrong-type @ null: `components`: expected an object, found null', undefined],
    [
      'bindings: {}',
      'wrong-type @ {}: `bindings`: expected an array, found an object',
      'this is a list: write `[]` for an empty one',
    ],
    ['config_schema: true', 'wrong-type @ true: `config_schema`: expected an object, found a boolean', undefined],
    [
      'experimental_features: ["docker", "dokcer"]',
      'invalid-value @ "dokcer": `experimental_features[1]`: unknown value `dokcer`',
      'did you mean `docker`?',
    ],
  ])('%s', (body, fault, help) => {
    const { faults: found, helps } = decode(body);
    expect(found).toEqual([fault]);
    expect(helps).toEqual([help]);
  });

  test('a stranger far from every field is told what there is', () => {
    const { helps } = decode('zzz: 1');
    expect(helps[0]).toMatch(/^the fields here are `manifest_version`.* `policies`, `overlays`/);
  });

  test('no version at all', () => {
    const text = 'manifest_version_as_it_was_before: 1';
    expect(decode(text).faults).toContain(
      'missing-field @ { manifest_version_as_it_was_before: 1 }: missing field `manifest_version`',
    );
    expect(decode(text).helps).toContain('add `manifest_version: "0.4.0"`');
  });

  test.each(['0.4.0', '0.9.9', '10.20.30', '0.4.0-alpha.1', '0.4.0+build.7', '1.0.0-a.b-c+d'])(
    '%s is a version',
    (version) => expect(faults(`manifest_version: "${version}"`)).toEqual([]),
  );
  test.each(['', '0', '0.4', '0.4.0.1', 'v0.4.0', '00.4.0', '0.04.0', ' 0.4.0', '0.4.0-', '0.4.0-01', '0.4.0+'])(
    '%j is none',
    (version) => expect(faults(`manifest_version: "${version}"`)).toHaveLength(1),
  );

  test('null stands where nothing has to', () => {
    const manifest = decoded('program: null, config_schema: null, metadata: null');
    expect([manifest.program, manifest.configSchema, manifest.metadata]).toEqual([undefined, undefined, undefined]);
  });

  test('features are a set', () =>
    expect(canonical('experimental_features: ["kvm", "governance", "docker", "kvm"]', 'experimental_features')).toEqual(
      ['docker', 'governance', 'kvm'],
    ));

  test('every fault is told in one run', () =>
    expect(
      faults('foo: 1, slots: { a: { kind: 3 }, b: null }, exports: [], bindings: [{}], use: { p: 1 }'),
    ).toHaveLength(7));
});

describe('what is given twice', () => {
  test.each([
    ['slots: {}, slots: {}', 'duplicate-field @ slots: field `slots` is given twice'],
    ['slots: { a: { kind: "http", kind: "llm" } }', 'duplicate-field @ kind: `slots.a`: field `kind` is given twice'],
    ['components: { a: "./a", a: "./b" }', 'duplicate-name @ a: `components`: `a` is given twice'],
    ['program: { path: "/x", env: { A: "1", A: "2" } }', 'duplicate-name @ A: `program.env`: `A` is given twice'],
  ])('%s', (body, fault) => expect(faults(body)).toEqual([fault]));

  test('counts once in free values, the last time', () =>
    expect(canonical('config_schema: { type: "object", type: "array" }', 'config_schema')).toEqual({ type: 'array' }));
});

describe('names of the prototype', () => {
  test('are names', () => {
    const body =
      'slots: { __proto__: { kind: "http" }, constructor: { kind: "http" } }, components: { toString: "./a" }';
    const manifest = decoded(body);
    expect(manifest.slots.map((s) => s.name)).toEqual(['__proto__', 'constructor']);
    expect(canonicalManifest(manifest)).toContain('"__proto__":{"kind":"http"');
  });
  test('are no fields', () => expect(faults('__proto__: 1, constructor: 2')).toHaveLength(2));
});

describe('references', () => {
  test.each<[string, unknown]>([
    ['"./a"', { url: './a' }],
    ['"http://EXAMPLE.org"', { url: 'http://example.org/' }],
    ['{ url: "./a", digest: null }', { url: './a' }],
    ['{ manifest: "./a" }', { manifest: { url: './a' }, config: null, environment: null }],
    [
      '{ manifest: { url: "./a" }, config: { b: 1.0, a: [] }, environment: "e" }',
      { manifest: { url: './a' }, config: { a: [], b: 1 }, environment: 'e' },
    ],
  ])('%s', (ref, value) => expect(canonical(`components: { a: ${ref} }`, 'components')).toEqual({ a: value }));

  test.each([
    ['""', 'invalid-value @ "": `components.a`: invalid manifest reference ``'],
    ['"http://["', 'invalid-value @ "http://[": `components.a`: invalid manifest reference `http://[`'],
    ['{}', 'missing-field @ {}: `components.a`: missing field `url`'],
    ['{ url: "./a", digest: "sha256:abc" }', 'invalid-value @ "sha256:abc": `components.a.digest`: invalid digest'],
    ['{ url: "./a", config: {} }', 'unknown-field @ config: `components.a`: unknown field `config`'],
    ['{ manifest: "./a", url: "./b" }', 'unknown-field @ url: `components.a`: unknown field `url`'],
    ['{ manifest: "./a", config: [] }', 'wrong-type @ []: `components.a.config`: expected an object, found an array'],
  ])('%s', (ref, fault) => expect(faults(`components: { a: ${ref} }`)).toEqual([fault]));

  test('a digest is 32 bytes', () => {
    const ref = (digest: string): string => `components: { a: { url: "./a", digest: "${digest}" } }`;
    expect(faults(ref(`sha256:${'A'.repeat(43)}=`))).toEqual([]);
    for (const bad of ['A'.repeat(43), `${'A'.repeat(42)}==`, `${'A'.repeat(43)}-`, `${'A'.repeat(44)}=`]) {
      expect(faults(ref(`sha256:${bad}`))).toHaveLength(1);
    }
  });
});

describe('policies', () => {
  test('both spellings digest alike', () =>
    expect(decoded('use: { p: "./p" }, policies: ["#p.a"]').digest).toBe(
      decoded('use: { p: "./p" }, overlays: ["#p.a"]').digest,
    ));

  test.each(['p.a', '#p', '#.a', '#p.', '#p.a.b', ''])('%s is not a reference', (ref) =>
    expect(faults(`policies: ["${ref}"]`)).toEqual([
      `invalid-policy-ref @ "${ref}": \`policies[0]\`: \`${ref}\` names no policy`,
    ]),
  );

  test('an empty list is none', () => {
    expect(decoded('policies: [], overlays: ["#p.a"]')).toMatchObject({
      spelling: 'overlays',
      policies: [{ text: '#p.a' }],
    });
    expect(decoded('policies: ["#p.a"], overlays: []')).toMatchObject({
      spelling: 'policies',
      policies: [{ text: '#p.a' }],
    });
  });

  test('two lists are one too many, and each is read', () =>
    expect(faults('policies: ["#p.a", 1], overlays: ["x"]').map((f) => f.split(':')[0])).toEqual([
      'both-spellings @ ["#p.a", 1]',
      'wrong-type @ 1',
      'invalid-policy-ref @ "x"',
    ]));
});

describe('declarations', () => {
  test.each([
    ['slots: { a: { kind: "htp" } }', 'invalid-value @ { kind: "htp" }: `slots.a.kind`: unknown value `htp`'],
    ['slots: { a: {} }', 'missing-field @ {}: `slots.a`: missing field `kind`'],
    ['slots: { a: "http" }', 'wrong-type @ "http": `slots.a`: expected an object, found a string'],
    [
      'slots: { a: { kind: "http", optional: null } }',
      'wrong-type @ null: `slots.a.optional`: expected a boolean, found null',
    ],
    ['provides: { a: { kind: "http", port: 1 } }', 'unknown-field @ port: `provides.a`: unknown field `port`'],
    [
      'resources: { a: { kind: "storage", params: { size: 1 } } }',
      'wrong-type @ 1: `resources.a.params.size`: expected a string, found a number',
    ],
    [
      'environments: { a: { resolvers: [1] } }',
      'wrong-type @ 1: `environments.a.resolvers[0]`: expected a string, found a number',
    ],
    [
      'child_templates: { a: { manifest: ["./x"] } }',
      'invalid-value @ ["./x"]: `child_templates.a.manifest`: a list of allowed manifests needs at least two',
    ],
    [
      'child_templates: { a: { limits: { max_live_children: -1 } } }',
      'invalid-value @ -1: `child_templates.a.limits.max_live_children`: -1 is out of range',
    ],
    [
      'child_templates: { a: { possible_backends: ["k8s"] } }',
      'invalid-value @ "k8s": `child_templates.a.possible_backends[0]`: unknown value `k8s`',
    ],
  ])('%s', (body, fault) => expect(faults(body)).toEqual([fault]));

  test('names with dots are shapes like any other', () =>
    expect(faults('slots: { "a.b": { kind: "http" } }, components: { "c.d": "./c" }')).toEqual([]));
});
