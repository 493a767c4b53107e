import { describe, expect, test } from 'vitest';
import { checkManifest } from '../../../../src/phases/3-check/index.ts';
import { type Files, resolve } from './harness.ts';

const leaf = { program: { path: '/bin/true' } };
const checked = (files: Files): ReturnType<typeof resolve> => resolve(files, { check: checkManifest });
const codes = async (files: Files): Promise<string[]> => (await checked(files)).diagnostics.map(({ code }) => code);

describe('a manifest with a fault of shape', () => {
  test('is checked all the same, and gives no tree', async () => {
    const endpoints = [1, 2].map((port) => ({ name: 'h', port }));
    const { tree, diagnostics } = await checked({
      'scenario.yaml': { metdata: 1, program: { path: 'x', network: { endpoints } } },
    });
    expect(tree).toBeUndefined();
    expect(diagnostics.map(({ code }) => code)).toEqual(['parse/unknown-field', 'check/duplicate-endpoint-name']);
  });

  test('has children, which are checked', async () => {
    expect(
      await codes({
        'scenario.yaml': { slots: 1, components: { a: './a.json', b: './b.json' } },
        'a.json': { exports: { x: 'provides.x' } },
        'b.json': { metdata: 1, components: { c: './c.json' } },
        'c.json': { bindings: 1 },
      }),
    ).toEqual(['check/unknown-export-target', 'parse/unknown-field', 'parse/wrong-type', 'parse/wrong-type']);
  });

  test.each([
    ['slots', { slots: { s: { kind: 'htp' } }, exports: { s: 'slots.s' } }],
    ['slots by another name', { slotz: { s: { kind: 'http' } }, exports: { s: 'slots.s' } }],
    ['any section by a name like none', { input: {}, exports: { s: 'slots.s', c: '#c.s' } }],
    ['the program', { program: { path: 1 }, provides: { p: { kind: 'http', endpoint: 'h' } }, exports: { p: 'p' } }],
    ['an endpoint', { provides: { p: { kind: 'http', endpoint: 1 } }, program: leaf.program, exports: { p: 'p' } }],
    ['components', { components: { a: 3 }, exports: { a: '#a.x' } }],
    ['features', { experimental_features: ['dokcer'], components: { a: './d.json' } }],
    ['the version', { manifest_version: 4, use: { a: './ok.json' } }],
    ['the entrypoint', { program: { image: 'x', entrypoint: [1] } }],
    ['use', { use: { a: 1 }, policies: ['#a.x'] }],
    ['environments', { environments: [], components: { a: { manifest: './ok.json', environment: 'e' } } }],
    ['the config schema', { config_schema: 1, program: { path: 'x', mounts: [{ path: '/a', from: 'config' }] } }],
  ])('in %s is one fault', async (_what, manifest) => {
    const found = await codes({
      'scenario.yaml': manifest,
      'ok.json': leaf,
      'd.json': { experimental_features: ['docker'], ...leaf },
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^parse\//);
  });

  test('is in no circle with another one that has the same left', async () => {
    expect(
      await codes({
        'scenario.yaml': { metdata: 1, components: { a: './a.json' } },
        'a.json': { metdata: 2, components: { a: './b.json' } },
        'b.json': leaf,
      }),
    ).toEqual(['parse/unknown-field', 'parse/unknown-field']);
  });

  test('is in a circle with itself', async () => {
    expect(await codes({ 'scenario.yaml': { metdata: 1, components: { a: './scenario.yaml' } } })).toEqual([
      'parse/unknown-field',
      'resolve/cycle',
    ]);
  });

  test('is not held against its pin', async () => {
    const digest = `sha256:${'A'.repeat(43)}=`;
    expect(
      await codes({
        'scenario.yaml': { components: { a: { url: './a.json', digest } } },
        'a.json': { metdata: 1 },
      }),
    ).toEqual(['parse/unknown-field']);
  });

  test('lets nothing be fetched', async () => {
    expect(await codes({ 'scenario.yaml': { metdata: 1, components: { a: 'https://example.com/a.yaml' } } })).toEqual([
      'parse/unknown-field',
    ]);
  });
});
