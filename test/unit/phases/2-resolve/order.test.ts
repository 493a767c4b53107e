import { expect, test } from 'vitest';
import { dump, type Files, type Resolved, resolve } from './harness.ts';

/** Something of everything that goes wrong, in several branches. */
const broken: Files = {
  'scenario.yaml': {
    components: {
      a: './a.json',
      b: './b.json',
      c: './missing.yaml',
      d: './syntax.yaml',
      e: './copy.json',
      f: './dup/m.json',
    },
    use: { p: './p.json', q: './nowhere.json' },
    slots: { m: { kind: 'component' } },
    child_templates: { t: { manifest: ['./a.json', './gone.json'] } },
    program: { path: '/bin/true', args: [{ file: './t.txt' }, { file: './no.txt' }] },
  },
  'a.json': { components: { b: './b.json', x: './x.json' } },
  'b.json': { components: { back: './a.json', p: './p.json' } },
  'copy.json': { components: { b: './b.json', x: './x.json' } },
  'syntax.yaml': 'manifest_version: [\n',
  'p.json': { slots: { s: { kind: 'http' } }, components: { inner: './inner.json' } },
  'inner.json': { overlays: ['#n.x'], experimental_features: ['kvm'] },
  'dup/m.json': { components: { b: './b.json', x: './x.json' } },
  'dup/b.json': { components: { gone: './gone.json' } },
  'dup/x.json': {
    environments: { e: { resolvers: ['r'] } },
    components: { y: { manifest: './y.json', environment: 'e' } },
  },
  't.txt': 'text',
};

const shown = (resolved: Resolved): object => ({
  tree: dump(resolved.tree),
  diagnostics: resolved.diagnostics,
  sources: [...resolved.sources.keys()],
  sidecars: [...(resolved.tree?.sidecars ?? [])],
});

/** A small generator, so that a failure can be repeated. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

test('the order of loading shows nowhere', async () => {
  const expected = shown(await resolve(broken));
  expect(JSON.stringify(expected)).toContain('resolve/cycle');
  for (let seed = 1; seed <= 40; seed++) {
    const next = random(seed);
    const order = async (): Promise<void> => {
      for (let turns = Math.floor(next() * 30); turns > 0; turns--) await Promise.resolve();
      if (next() < 0.3) await new Promise((done) => setTimeout(done, Math.floor(next() * 4)));
    };
    const concurrency = 1 + (seed % 7);
    expect(shown(await resolve(broken, { order, limits: { concurrency } })), `seed ${seed}`).toEqual(expected);
  }
});

test('which instance is one too many does not depend on it either', async () => {
  const files: Record<string, object> = {};
  for (let level = 0; level < 6; level++) {
    const name = level === 0 ? 'scenario.yaml' : `l${level}.json`;
    files[name] = { components: { a: `./l${level + 1}.json`, b: `./l${level + 1}.json`, c: `./odd${level}.json` } };
    files[`odd${level}.json`] = { components: { missing: './missing.json' } };
  }
  files['l6.json'] = {};
  const limits = { maxInstances: 30 };
  const expected = await resolve(files, { limits });
  expect(expected.tree).toBeUndefined();
  expect(expected.diagnostics.filter((d) => d.code === 'resolve/too-many-components')).toHaveLength(1);
  for (let seed = 1; seed <= 10; seed++) {
    const next = random(seed);
    const order = (): Promise<void> => new Promise((done) => setTimeout(done, Math.floor(next() * 5)));
    expect((await resolve(files, { limits, order })).diagnostics).toEqual(expected.diagnostics);
  }
});

test('the limit itself is fine; policies count, and a child template counts once', async () => {
  const files: Files = {
    'scenario.yaml': { components: { a: './m.json', b: './m.json' }, use: { p: './leaf.json' } },
    'm.json': {
      components: { l: './leaf.json' },
      slots: { m: { kind: 'component' } },
      child_templates: { t: { manifest: './job.json' } },
    },
    'job.json': { components: { l: './leaf.json' } },
    'leaf.json': {},
  };
  expect((await resolve(files, { limits: { maxInstances: 8 } })).diagnostics).toEqual([]);
  const over = await resolve(files, { limits: { maxInstances: 7 } });
  expect(over.diagnostics.map((d) => d.message)).toEqual([
    'the scenario has more than 7 components and policies; `use.p` of `/` is one too many',
  ]);
});
