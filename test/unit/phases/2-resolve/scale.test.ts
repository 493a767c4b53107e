import { describe, expect, test } from 'vitest';
import type { TreeNode } from '../../../../src/ir/tree.ts';
import { type Resolved, resolve } from './harness.ts';

function sizeOf({ tree }: Resolved): { readonly count: number; readonly depth: number } {
  let count = 0;
  let deepest = 0;
  const stack: { node: TreeNode; depth: number }[] = tree ? [{ node: tree.root, depth: 0 }] : [];
  for (let next = stack.pop(); next; next = stack.pop()) {
    count++;
    deepest = Math.max(deepest, next.depth);
    for (const child of next.node.children) stack.push({ node: child, depth: next.depth + 1 });
  }
  return { count, depth: deepest };
}

const chain = (length: number, extra: (i: number) => object = () => ({})): Record<string, object> => {
  const files: Record<string, object> = { 'scenario.yaml': { components: { c: './0.json' } }, 'leaf.json': {} };
  for (let i = 0; i < length; i++) {
    files[`${i}.json`] = { components: { c: i + 1 < length ? `./${i + 1}.json` : './leaf.json', ...extra(i) } };
  }
  return files;
};

describe('scale', () => {
  test('a chain of 20,000 manifests, with one that is used on each level', async () => {
    const resolved = await resolve({
      ...chain(20_000, () => ({ same: './shared.json' })),
      'shared.json': { components: { l: './leaf.json' } },
    });
    expect(resolved.diagnostics).toEqual([]);
    expect(sizeOf(resolved)).toEqual({ count: 60_002, depth: 20_002 });
  });

  test('every level of a deep chain has a fault', async () => {
    const resolved = await resolve(chain(10_000, (i) => ({ back: './0.json', missing: `./missing${i}.json` })));
    const codes = new Map<string, number>();
    for (const { code } of resolved.diagnostics) codes.set(code, (codes.get(code) ?? 0) + 1);
    expect(Object.fromEntries(codes)).toEqual({ 'resolve/cycle': 10_000, 'resolve/manifest-not-loaded': 10_000 });
  });

  test('100,000 components beside each other', async () => {
    const components: Record<string, string> = {};
    for (let i = 0; i < 100_000; i++) components[`c${i}`] = './leaf.json';
    const resolved = await resolve({ 'scenario.yaml': { components }, 'leaf.json': {} });
    expect(resolved.diagnostics).toEqual([]);
    expect(sizeOf(resolved)).toEqual({ count: 100_001, depth: 1 });
  });

  test('a tree that doubles on each level is refused at the limit', async () => {
    const files: Record<string, object> = { 'scenario.yaml': { components: { a: './0.json', b: './0.json' } } };
    for (let i = 0; i < 40; i++) files[`${i}.json`] = { components: { a: `./${i + 1}.json`, b: `./${i + 1}.json` } };
    files['40.json'] = {};
    const { diagnostics, tree } = await resolve(files);
    expect(tree).toBeUndefined();
    expect(diagnostics.map((d) => d.code)).toEqual(['resolve/too-many-components']);
    expect(diagnostics[0]?.message).toMatch(
      /^the scenario has more than 200000 components and policies; component `[ab]` of/,
    );
  });

  test('folders that link to each other in every way end', async () => {
    // Every URL below the folder names one of five files, each of which refers to all five through two links.
    const manifest = (i: number): string =>
      JSON.stringify({
        manifest_version: '0.4.0',
        metadata: i,
        components: Object.fromEntries(
          [0, 1, 2, 3, 4].flatMap((n) => ['x', 'y'].map((link) => [`${link}${n}`, `./${link}/m${n}.json`])),
        ),
        exports: { [`e${i}`]: '#x0.e0' },
      });
    let loads = 0;
    const resolved = await resolve(
      {},
      {
        input: 'm0.json',
        loader: {
          load: async (url) => {
            loads++;
            const i = Number(/m(\d)\.json$/.exec(url)?.[1]);
            return { ok: true, value: { url, bytes: new TextEncoder().encode(manifest(i)) } };
          },
        },
      },
    );
    expect(new Set(resolved.diagnostics.map((d) => d.code))).toEqual(new Set(['resolve/cycle']));
    // 1 + 8 + 8·6 + 8·6·4 + 8·6·4·2 paths on which no file comes twice.
    expect(sizeOf(resolved).count).toBe(633);
    expect(loads).toBeLessThan(20_000);
  });
});
