import { describe, expect, test } from 'vitest';
import { marked, type Resolved, resolve } from './harness.ts';

const leaf = { program: { path: '/bin/true' } };
const related = (resolved: Resolved): readonly (string | undefined)[] =>
  resolved.diagnostics.flatMap((d) => d.related.map((r) => `${r.at.file} ${marked(resolved, { ...d, at: r.at })}`));

describe('a manifest under `use`', () => {
  test('cannot require slots, whether or not a list names it', async () => {
    const resolved = await resolve({
      'scenario.yaml': { use: { p: './p.json', spare: { manifest: './p.json' } }, overlays: ['#p.x'] },
      'p.json': { slots: { b: { kind: 'http' }, a: { kind: 'http' }, o: { kind: 'http', optional: true } } },
    });
    expect(resolved.diagnostics.map((d) => [d.code, d.message, marked(resolved, d)])).toEqual([
      [
        'resolve/policy-requires-slots',
        '`use.p` requires slots `a`, `b`, and nothing can be bound to a manifest under `use`',
        '"./p.json"',
      ],
      [
        'resolve/policy-requires-slots',
        '`use.spare` requires slots `a`, `b`, and nothing can be bound to a manifest under `use`',
        '"./p.json"',
      ],
    ]);
    expect(related(resolved)).toEqual(['p.json "a"', 'p.json "b"', 'p.json "a"', 'p.json "b"']);
  });

  test('slots of its inner components are its own affair', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { use: { p: './p.json' } },
      'p.json': { components: { inner: './inner.json' } },
      'inner.json': { slots: { a: { kind: 'http' } } },
    });
    expect(diagnostics).toEqual([]);
  });

  test.each([
    ['use before the list', { use: { n: './leaf.json' }, overlays: ['#n.x'] }, 'use', 'p.json "n"'],
    ['an unreferenced use', { use: { n: './leaf.json' } }, 'use', 'p.json "n"'],
    ['policies', { policies: ['#n.x', '#m.x'] }, 'policies', 'p.json "#n.x"'],
    ['overlays', { overlays: ['#n.x'] }, 'overlays', 'p.json "#n.x"'],
  ])('cannot have policies: %s', async (_, fields, section, where) => {
    const resolved = await resolve({
      'scenario.yaml': { use: { p: './p.json' } },
      'p.json': fields,
      'leaf.json': leaf,
    });
    expect(resolved.diagnostics.map((d) => [d.code, d.message])).toEqual([
      [
        'resolve/policy-contains-policies',
        `\`use.p\` has \`${section}\` in its tree, and what serves as a policy cannot be governed by further policies`,
      ],
    ]);
    expect(marked(resolved, resolved.diagnostics[0])).toBe('"./p.json"');
    expect(related(resolved)).toEqual([where]);
  });

  test('cannot have them deep inside either; the first in depth-first order is shown, once for the declaring manifest', async () => {
    const resolved = await resolve({
      'scenario.yaml': { components: { one: './scope.json', two: './scope.json' } },
      'scope.json': { use: { p: './p.json' } },
      'p.json': { components: { z: './late.json', a: './mid.json' } },
      'mid.json': { components: { inner: './early.json' } },
      'early.json': { overlays: ['#early.x'] },
      'late.json': { overlays: ['#late.x'] },
    });
    expect(resolved.diagnostics.map((d) => d.code)).toEqual(['resolve/policy-contains-policies']);
    expect(related(resolved)).toEqual(['early.json "#early.x"']);
    expect(resolved.reported).toBe(1);
  });

  test('a manifest is judged for each place that uses it', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { use: { p: './p.json' }, components: { p: './p.json' } },
      'p.json': { use: { n: './leaf.json' } },
      'leaf.json': leaf,
    });
    expect(diagnostics.map((d) => d.code)).toEqual(['resolve/policy-contains-policies']);
  });

  test('policies of components, also of nested ones, are fine', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { use: { p: './leaf.json' }, components: { a: './scope.json' } },
      'scope.json': { use: { p: './leaf.json' }, overlays: ['#p.x'] },
      'leaf.json': leaf,
    });
    expect(diagnostics).toEqual([]);
  });
});

describe('experimental features', () => {
  const features = (...list: string[]): object => ({ experimental_features: list });

  test('components, policies and child templates need what their direct parent lists', async () => {
    const resolved = await resolve({
      'scenario.yaml': {
        ...features('docker'),
        components: { a: './all.json', b: './none.json' },
        use: { p: './all.json' },
        slots: { m: { kind: 'component' } },
        child_templates: { t: { manifest: './all.json' } },
      },
      'all.json': features('kvm', 'docker'),
      'none.json': { components: { inner: './docker.json' } },
      'docker.json': features('docker'),
    });
    expect(resolved.diagnostics.map((d) => [d.code, marked(resolved, d), d.message])).toEqual([
      [
        'resolve/feature-not-enabled',
        '"./docker.json"',
        'component `inner` uses experimental feature `docker`, and this manifest does not allow it',
      ],
      [
        'resolve/feature-not-enabled',
        '"./all.json"',
        'component `a` uses experimental feature `kvm`, and this manifest does not allow it',
      ],
      [
        'resolve/feature-not-enabled',
        '"./all.json"',
        '`use.p` uses experimental feature `kvm`, and this manifest does not allow it',
      ],
      [
        'resolve/feature-not-enabled',
        '"./all.json"',
        'child template `t` uses experimental feature `kvm`, and this manifest does not allow it',
      ],
    ]);
    expect(related(resolved)[0]).toContain('docker.json [\n  "docker"\n ]');
  });

  test('`governance` must be allowed by every ancestor of a scope, and policies need not have it', async () => {
    const scope = { manifest_version: '0.1.0', ...features('governance'), use: { p: './p.json' }, policies: ['#p.x'] };
    const { diagnostics } = await resolve({
      'scenario.yaml': {
        manifest_version: '0.1.0',
        ...features('governance'),
        components: { a: './a.json', b: './b.json' },
      },
      'a.json': { manifest_version: '0.1.0', components: { deep: './scope.json' } },
      'b.json': { manifest_version: '0.1.0', ...features('governance'), components: { deep: './scope.json' } },
      'scope.json': scope,
      'p.json': { manifest_version: '0.1.0' },
    });
    expect(diagnostics.map((d) => `${d.at?.file} ${d.message}`)).toEqual([
      'a.json component `deep` uses experimental feature `governance`, and this manifest does not allow it',
    ]);
  });

  test('a policy that lists `governance` asks for nothing', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { use: { p: './p.json' } },
      'p.json': features('governance'),
    });
    expect(diagnostics).toEqual([]);
  });
});
