import { describe, expect, test } from 'vitest';
import { digestOf } from '../../../../src/base/digest.ts';
import { dump, marked, resolve } from './harness.ts';

const leaf = { program: { path: '/bin/true' } };

describe('the tree', () => {
  test('instances, sorted by code points whatever the order of the text, YAML and JSON5 mixed', async () => {
    const { tree, diagnostics } = await resolve({
      'scenario.yaml':
        'manifest_version: "0.4.0"\ncomponents:\n  z: ./a/b.json5\n  B: a/b.json5\n  a: { manifest: { url: ./a/leaf.json } }\n',
      'a/b.json5': '{ manifest_version: "0.4.0", components: { x: "leaf.json", up: "../other.yml" } }',
      'a/leaf.json': leaf,
      'other.yml': 'manifest_version: "0.4.0"\n',
    });
    expect(diagnostics).toEqual([]);
    expect(dump(tree)).toEqual([
      '/ scenario.yaml',
      '/B a/b.json5',
      '/B/up other.yml',
      '/B/x a/leaf.json',
      '/a a/leaf.json',
      '/z a/b.json5',
      '/z/up other.yml',
      '/z/x a/leaf.json',
    ]);
    const [first, , last] = tree?.root.children ?? [];
    expect(first?.loaded).toBe(last?.loaded);
    expect(first?.parent).toBe(tree?.root);
    expect(first?.decl?.name).toBe('B');
  });

  test('`use` entries are trees of their own under each instance, and share their manifest', async () => {
    const { tree, diagnostics } = await resolve({
      'scenario.yaml': { components: { a: './scope.json', b: './scope.json' } },
      'scope.json': { use: { p: './p.json', spare: './p.json' }, overlays: ['#p.x'] },
      'p.json': { components: { inner: './leaf.json' }, exports: { x: '#inner.x' } },
      'leaf.json': leaf,
    });
    expect(diagnostics).toEqual([]);
    expect(dump(tree)).toEqual([
      '/ scenario.yaml',
      '/a scope.json',
      '/a/!p p.json',
      '/a/!p/inner leaf.json',
      '/a/!spare p.json',
      '/a/!spare/inner leaf.json',
      '/b scope.json',
      '/b/!p p.json',
      '/b/!p/inner leaf.json',
      '/b/!spare p.json',
      '/b/!spare/inner leaf.json',
    ]);
    const [a, b] = tree?.root.children ?? [];
    expect(a?.use[0]?.loaded).toBe(b?.use[0]?.loaded);
    expect(a?.use[0]).not.toBe(b?.use[0]);
    expect(a?.use[0]?.parent).toBeUndefined();
  });

  test('manifests of child templates are loaded with their descendants, and each instance has them', async () => {
    const owner = {
      slots: { maker: { kind: 'component' } },
      child_templates: { one: { manifest: './job.json' }, many: { manifest: ['./leaf.json', './job.json'] }, open: {} },
    };
    const { tree, diagnostics, sources } = await resolve({
      'scenario.yaml': { components: { a: './owner.json', b: './owner.json' } },
      'owner.json': owner,
      'job.json': { components: { deep: './deep.json' } },
      'deep.json': leaf,
      'leaf.json': {},
    });
    expect(diagnostics).toEqual([]);
    expect(dump(tree)).toEqual([
      '/ scenario.yaml',
      '/a owner.json many=[leaf.json job.json] one=[job.json]',
      '/b owner.json many=[leaf.json job.json] one=[job.json]',
    ]);
    expect([...sources.keys()].sort()).toEqual(['deep.json', 'job.json', 'leaf.json', 'owner.json', 'scenario.yaml']);
  });

  test('digests over the bytes of every sidecar', async () => {
    const scenario = 'manifest_version: "0.4.0"\nprogram: { path: /bin/sh, args: ["-c", { file: "./run me.sh" }] }\n';
    const { tree } = await resolve({ 'scenario.yaml': scenario, 'run%20me.sh': 'echo hi\n' });
    expect([...(tree?.sidecars ?? [])]).toEqual([['run me.sh', digestOf('echo hi\n')]]);
  });

  test('phase 3 looks at each manifest once, templates and policies too', async () => {
    const checked: string[] = [];
    await resolve(
      {
        'scenario.yaml': {
          components: { a: './leaf.json', b: './leaf.json' },
          use: { p: './p.json' },
          slots: { m: { kind: 'component' } },
          child_templates: { t: { manifest: './t.json' } },
        },
        'leaf.json': leaf,
        'p.json': {},
        't.json': { metadata: 1 },
      },
      { check: (manifest) => checked.push(manifest.file) },
    );
    expect(checked.sort()).toEqual(['leaf.json', 'p.json', 'scenario.yaml', 't.json']);
  });

  test('names such as `__proto__` are names', async () => {
    const { tree, diagnostics } = await resolve({
      'scenario.yaml':
        '{"manifest_version":"0.4.0","components":{"__proto__":"./constructor.json","toString":"./constructor.json"}}',
      'constructor.json': leaf,
    });
    expect(diagnostics).toEqual([]);
    expect(tree?.root.children.map((c) => c.name)).toEqual(['__proto__', 'toString']);
  });
});

describe('places and names', () => {
  test('a relative reference starts at the URL the parent was finally loaded from', async () => {
    const { tree, diagnostics } = await resolve(
      {
        'scenario.yaml': { components: { a: 'https://example.org/latest?x=1' } },
        'https://cdn.example.org/v2/scenario.yaml?sig=s3cret':
          '{"manifest_version":"0.4.0","components":{"b":"./b.yaml?v=3"}}',
        'https://cdn.example.org/v2/b.yaml?v=3': 'manifest_version: "0.4.0"\n',
      },
      {
        redirects: new Map([['https://example.org/latest?x=1', 'https://cdn.example.org/v2/scenario.yaml?sig=s3cret']]),
      },
    );
    expect(diagnostics).toEqual([]);
    expect(dump(tree)).toEqual([
      '/ scenario.yaml',
      '/a https://example.org/latest?x=1',
      '/a/b https://cdn.example.org/v2/b.yaml?v=3',
    ]);
    expect(tree?.root.children[0]?.loaded.url).toBe('https://cdn.example.org/v2/scenario.yaml?sig=s3cret');
  });

  test('one file under several spellings is read once and has one name', async () => {
    const loads: string[] = [];
    const { tree } = await resolve(
      {
        'scenario.yaml': {
          components: { a: './x y.json', b: 'x%20y.json#part', c: './d/../%78%20y.json?q', d: '/s/x y.json' },
        },
        'x y.json': leaf,
      },
      {
        order: async (url) => {
          loads.push(url);
        },
      },
    );
    expect(tree?.root.children.map((c) => c.loaded.display)).toEqual(['x y.json', 'x y.json', 'x y.json', 'x y.json']);
    expect(loads).toEqual(['file:///s/scenario.yaml', 'file:///s/x%20y.json']);
  });

  test('the root too, however it is written', async () => {
    const loads: string[] = [];
    const { diagnostics } = await resolve(
      { 'scenario.yaml': { components: { self: './scenario.yaml' } } },
      {
        input: 'x/../%73cenario.yaml?a#b',
        order: async (url) => {
          loads.push(url);
        },
      },
    );
    expect(diagnostics.map((d) => d.at?.file)).toEqual(['scenario.yaml']);
    expect(loads).toEqual(['file:///s/scenario.yaml']);
  });

  test('files outside the folder, and characters that mean something in URLs', async () => {
    const { tree, diagnostics } = await resolve({
      'scenario.yaml': { components: { a: '../out/é.json', b: './50%25%3F%23.json' } },
      '../out/é.json': leaf,
      './50%25%3F%23.json': leaf,
    });
    expect(diagnostics).toEqual([]);
    expect(tree?.root.children.map((c) => c.loaded.display)).toEqual(['../out/é.json', '50%?#.json']);
  });

  test('the same text in two places is two manifests', async () => {
    const { tree } = await resolve({
      'scenario.yaml': { components: { a: './a/m.json', b: './b/m.json' } },
      'a/m.json': { components: { c: './c.json' } },
      'b/m.json': { components: { c: './c.json' } },
      'a/c.json': leaf,
      'b/c.json': { metadata: { other: true } },
    });
    expect(dump(tree)).toEqual(['/ scenario.yaml', '/a a/m.json', '/a/c a/c.json', '/b b/m.json', '/b/c b/c.json']);
  });
});

test('a marked range is the reference', async () => {
  const resolved = await resolve({ 'scenario.yaml': 'manifest_version: "0.4.0"\ncomponents: { a: ./nope.yaml }\n' });
  expect(marked(resolved, resolved.diagnostics[0])).toBe('./nope.yaml');
});
