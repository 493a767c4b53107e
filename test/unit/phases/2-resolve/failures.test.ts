import { describe, expect, test } from 'vitest';
import type { Loader, LoadFailure } from '../../../../src/ports/loader.ts';
import { dump, marked, memory, resolve } from './harness.ts';

const leaf = { program: { path: '/bin/true' } };

describe('manifests that cannot be loaded', () => {
  test('every one is reported, at its reference, and the rest of the tree is built', async () => {
    const resolved = await resolve({
      'scenario.yaml': [
        'manifest_version: "0.4.0"',
        'components:',
        '  a: ./missing.yaml',
        '  b: ./ok.json',
        '  c: { manifest: { url: ./gone.yaml } }',
        'use:',
        '  p: ./no-policy.yaml',
        'slots: { m: { kind: component } }',
        'child_templates:',
        '  t: { manifest: [./no-template.yaml, ./ok.json] }',
      ].join('\n'),
      'ok.json': { components: { inner: './inner.yaml' } },
    });
    expect(resolved.places).toEqual([
      'ok.json:4:12 resolve/manifest-not-loaded',
      'scenario.yaml:3:6 resolve/manifest-not-loaded',
      'scenario.yaml:5:25 resolve/manifest-not-loaded',
      'scenario.yaml:7:6 resolve/manifest-not-loaded',
      'scenario.yaml:10:19 resolve/manifest-not-loaded',
    ]);
    expect(resolved.diagnostics.map((d) => d.message)).toEqual([
      'cannot load `./inner.yaml` for component `inner` of `/b`: there is no such file',
      'cannot load `./missing.yaml` for component `a` of `/`: there is no such file',
      'cannot load `./gone.yaml` for component `c` of `/`: there is no such file',
      'cannot load `./no-policy.yaml` for `use.p` of `/`: there is no such file',
      'cannot load `./no-template.yaml` for child template `t` of `/`: there is no such file',
    ]);
    expect(resolved.diagnostics[0]?.aliases).toContain('compiler::manifest_ref_resolution');
    expect(dump(resolved.tree)).toEqual(['/ scenario.yaml t=[ok.json]', '/b ok.json']);
  });

  test('once for a manifest, not for each of its instances; paths tell policies and templates apart', async () => {
    const { diagnostics, reported } = await resolve({
      'scenario.yaml': {
        components: { a: './m.json', b: './m.json', c: './broken.json', d: './broken.json' },
        use: { p: { manifest: './p.json' } },
        slots: { m: { kind: 'component' } },
        child_templates: { t: { manifest: './t.json' } },
      },
      'm.json': { components: { x: './x.json' } },
      'p.json': { components: { q: './q.json' } },
      'q.json': { components: { y: './y.json' } },
      't.json': { components: { z: './z.json' } },
      'broken.json': { slots: 1 },
    });
    expect(reported).toBe(4);
    expect(diagnostics.slice(1).map((d) => d.message.replace(/: there.*/, ''))).toEqual([
      'cannot load `./x.json` for component `x` of `/a`',
      'cannot load `./y.json` for component `y` of `/q` in `use.p`',
      'cannot load `./z.json` for component `z` of `/` in child template `t`',
    ]);
  });

  test('a broken child reports its own faults, and its siblings theirs', async () => {
    const { places } = await resolve({
      'scenario.yaml': { components: { a: './a.yaml', b: './b.json5', c: './c.yaml', d: './d.json' } },
      'a.yaml': 'manifest_version: "0.4.0"\ncomponents: [\n',
      'b.json5': '{ manifest_version: "0.4.0", exportz: {} }',
      'c.yaml': new Uint8Array([0x6d, 0x3a, 0x20, 0xff, 0xfe]),
      'd.json': leaf,
    });
    expect(places.map((place) => place.replace(/:\d+:\d+/, ''))).toEqual([
      'a.yaml parse/yaml-syntax',
      'b.json5 parse/unknown-field',
      'c.yaml parse/invalid-utf8',
    ]);
  });

  test('what the loader has to say reaches the author', async () => {
    const failing = (failure: LoadFailure): Loader => {
      const files = memory({ 'scenario.yaml': { components: { a: 'ftp://example.org/a.yaml' } } });
      return {
        load: (url, limits) =>
          url.startsWith('ftp:') ? Promise.resolve({ ok: false, failure }) : files.load(url, limits),
      };
    };
    const { diagnostics } = await resolve(
      {},
      { loader: failing({ kind: 'unsupported-scheme', message: 'scheme `ftp` is not supported', help: 'use http' }) },
    );
    expect(diagnostics).toMatchObject([
      {
        code: 'resolve/manifest-not-loaded',
        message: 'cannot load `ftp://example.org/a.yaml` for component `a` of `/`: scheme `ftp` is not supported',
        help: 'use http',
      },
    ]);
  });

  test('too large', async () => {
    const { diagnostics } = await resolve(
      {
        'scenario.yaml': { program: { path: { file: './big.txt' } }, components: { a: './big.yaml' } },
        'big.txt': 'x'.repeat(1025),
        'big.yaml': `# ${'x'.repeat(1024)}`,
      },
      { limits: { maxBytes: 1024 } },
    );
    expect(diagnostics.map((d) => `${d.code}: ${d.message}`)).toEqual([
      'resolve/too-large: file `./big.txt` is too large: at most 1024 bytes are read',
      'resolve/too-large: manifest `./big.yaml` for component `a` of `/` is too large: at most 1024 bytes are read',
    ]);
    const standard = await resolve({
      'scenario.yaml': { components: { a: './big.yaml' } },
      'big.yaml': '#'.repeat(8 * 1_048_576 + 1),
    });
    expect(standard.diagnostics[0]?.message).toContain('at most 8 MiB');
  });
});

describe('the root', () => {
  test('not there: no place, no tree', async () => {
    const { diagnostics, tree } = await resolve({}, { input: 'sub/scenario.yaml' });
    expect(tree).toBeUndefined();
    expect(diagnostics).toMatchObject([
      {
        code: 'resolve/root-not-loaded',
        message: 'cannot read the scenario `sub/scenario.yaml`: there is no such file',
      },
    ]);
    expect(diagnostics[0]?.at).toBeUndefined();
  });

  test('too large', async () => {
    const { diagnostics } = await resolve({ 'scenario.yaml': '#'.repeat(100) }, { limits: { maxBytes: 99 } });
    expect(diagnostics.map((d) => [d.code, d.at])).toEqual([['resolve/too-large', undefined]]);
  });

  test('broken: its own faults, and its text for showing them', async () => {
    const { places, sources, tree } = await resolve({ 'scenario.yaml': 'manifest_version: 4\n' });
    expect(tree).toBeUndefined();
    expect(places).toEqual(['scenario.yaml:1:19 parse/wrong-type']);
    expect(sources.get('scenario.yaml')?.text).toBe('manifest_version: 4\n');
  });
});

describe('references', () => {
  test.each([
    ['   ', '   ', 'it is empty'],
    [
      'https://user@example.org/a.yaml',
      'https://…@example.org/a.yaml',
      'it holds a user name or a password, and manifests are no place for secrets',
    ],
    [
      'http://:p@w@example.org/a.yaml',
      'http://…@example.org/a.yaml',
      'it holds a user name or a password, and manifests are no place for secrets',
    ],
  ])('%j is invalid', async (reference, shown, reason) => {
    const resolved = await resolve({ 'scenario.yaml': { components: { a: reference } } });
    expect(resolved.diagnostics).toMatchObject([
      {
        code: 'resolve/invalid-reference',
        message: `invalid manifest reference \`${shown}\` for component \`a\`: ${reason}`,
      },
    ]);
    expect(marked(resolved, resolved.diagnostics[0])).toBe(JSON.stringify(reference));
  });

  test('a manifest from the network cannot read files of this machine', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { components: { a: 'https://example.org/a.json' } },
      'https://example.org/a.json': { components: { b: 'file:///s/secret.json', c: './c.json' } },
      'https://example.org/c.json': leaf,
      'secret.json': leaf,
    });
    expect(diagnostics.map((d) => d.message)).toEqual([
      'invalid manifest reference `file:///s/secret.json` for component `b`: a manifest that was loaded from the network cannot name files of this machine',
    ]);
  });
});

describe('digest pins', () => {
  const files = { 'scenario.yaml': { components: { a: './a.json' } }, 'a.json': { components: { b: './b.json' } } };

  test('the right one passes, the wrong one is marked, with both digests, and its target is not looked into', async () => {
    const { tree } = await resolve({ ...files, 'b.json': leaf });
    const actual = tree?.root.children[0]?.loaded.manifest.digest ?? '';
    const pinned = (digest: string): object => ({ components: { a: { url: './a.json', digest } } });
    const right = await resolve({ ...files, 'b.json': leaf, 'scenario.yaml': pinned(actual) });
    expect(right.diagnostics).toEqual([]);

    const loads: string[] = [];
    const other = `sha256:${'A'.repeat(43)}=`;
    const wrong = await resolve(
      { ...files, 'scenario.yaml': pinned(other) },
      {
        order: async (url) => {
          loads.push(url);
        },
      },
    );
    expect(wrong.diagnostics.map((d) => d.code)).toEqual(['resolve/digest-mismatch']);
    expect(wrong.diagnostics[0]?.message).toBe(
      `\`./a.json\` for component \`a\` of \`/\` is not the pinned manifest: expected \`${other}\`, found \`${actual}\``,
    );
    expect(marked(wrong, wrong.diagnostics[0])).toBe(`"${other}"`);
    expect(loads).toEqual(['file:///s/scenario.yaml', 'file:///s/a.json']);
    expect(wrong.sources.has('a.json')).toBe(false);
  });

  test('a malformed one is reported once, by phase 1', async () => {
    const { diagnostics } = await resolve({
      ...files,
      'scenario.yaml': { components: { a: { url: './a.json', digest: 'sha256:short' } } },
    });
    expect(diagnostics.map((d) => d.code)).toEqual(['parse/invalid-value']);
  });

  test('a pinned manifest that does not parse reports why', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { components: { a: { url: './a.yaml', digest: `sha256:${'A'.repeat(43)}=` } } },
      'a.yaml': 'manifest_version: []\n',
    });
    expect(diagnostics.map((d) => d.code)).toEqual(['parse/wrong-type']);
  });
});
