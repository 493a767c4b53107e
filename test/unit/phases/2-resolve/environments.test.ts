import { describe, expect, test } from 'vitest';
import { dump, marked, resolve } from './harness.ts';

const leaf = { program: { path: '/bin/true' } };

describe('environments', () => {
  const environments = {
    plain: {},
    base: { resolvers: ['vault', 'mirror'] },
    child: { extends: 'base', resolvers: ['own'] },
    heir: { extends: 'base' },
    unused: { resolvers: ['whatever'] },
  };
  const at = (environment: string): object => ({ manifest: './leaf.json', environment });

  test('every resolver that a declaration reaches is unknown, each once', async () => {
    const resolved = await resolve({
      'scenario.yaml': {
        environments,
        components: { a: at('child'), b: at('base'), c: at('plain') },
        use: { p: at('child') },
      },
      'leaf.json': leaf,
    });
    expect(resolved.diagnostics.map((d) => [d.code, marked(resolved, d)])).toEqual([
      ['resolve/unknown-resolver', '"vault"'],
      ['resolve/unknown-resolver', '"mirror"'],
      ['resolve/unknown-resolver', '"own"'],
    ]);
    expect(dump(resolved.tree)).toEqual(['/ scenario.yaml', '/c leaf.json']);
  });

  test('what a missing resolver would have resolved is not reported again', async () => {
    for (const environment of ['base', 'heir']) {
      const { diagnostics } = await resolve({
        'scenario.yaml': { environments, components: { a: { manifest: 'vault://agents/a', environment } } },
      });
      expect(diagnostics.map((d) => d.code)).toEqual(['resolve/unknown-resolver', 'resolve/unknown-resolver']);
    }
  });

  test('unknown names and circles of `extends` are left to phase 3; what an unknown one decides is not loaded', async () => {
    const { diagnostics, tree } = await resolve({
      'scenario.yaml': {
        environments: { x: { extends: 'y' }, y: { extends: 'x' } },
        components: { a: at('x'), b: at('nowhere') },
      },
      'leaf.json': leaf,
    });
    expect(diagnostics).toEqual([]);
    expect(tree?.root.children.map((child) => child.name)).toEqual(['a']);
  });
});
