import { describe, expect, test } from 'vitest';
import type { Loader } from '../../../../src/ports/loader.ts';
import { dump, marked, memory, resolve } from './harness.ts';

const child = (reference: string): object => ({ components: { next: reference } });

describe('circles', () => {
  test('a manifest that contains itself', async () => {
    const resolved = await resolve({ 'scenario.yaml': child('./scenario.yaml') });
    expect(resolved.diagnostics).toMatchObject([
      {
        code: 'resolve/cycle',
        aliases: ['compiler::cycle'],
        message:
          '`./scenario.yaml` for component `next` of `/` closes a circle, and the tree would have no end: scenario.yaml → scenario.yaml',
        related: [],
      },
    ]);
    expect(marked(resolved, resolved.diagnostics[0])).toBe('"./scenario.yaml"');
    expect(dump(resolved.tree)).toEqual(['/ scenario.yaml']);
  });

  test('two files including each other, below the root; the references of the circle are related', async () => {
    const resolved = await resolve({
      'scenario.yaml': { components: { start: './a.json' } },
      'a.json': { components: { b: './b.json', ok: './leaf.json' } },
      'b.json': { components: { back: './a.json' } },
      'leaf.json': {},
    });
    expect(resolved.diagnostics).toMatchObject([
      {
        message:
          '`./a.json` for component `back` of `/start/b` closes a circle, and the tree would have no end: a.json → b.json → a.json',
        related: [{ message: 'component `b` is `b.json`', at: { file: 'a.json' } }],
      },
    ]);
    expect(dump(resolved.tree)).toEqual(['/ scenario.yaml', '/start a.json', '/start/b b.json', '/start/ok leaf.json']);
  });

  test('through a policy and through a child template', async () => {
    const policy = await resolve({ 'scenario.yaml': { use: { p: './p.json' } }, 'p.json': child('./scenario.yaml') });
    expect(policy.diagnostics.map((d) => d.message)).toEqual([
      '`./scenario.yaml` for component `next` of `/` in `use.p` closes a circle, and the tree would have no end: scenario.yaml → p.json → scenario.yaml',
    ]);
    const template = await resolve({
      'scenario.yaml': {
        slots: { m: { kind: 'component' } },
        child_templates: { t: { manifest: './t.json' } },
      },
      't.json': child('./scenario.yaml'),
    });
    expect(template.diagnostics.map((d) => d.message)).toEqual([
      '`./scenario.yaml` for component `next` of `/` in child template `t` closes a circle, and the tree would have no end: scenario.yaml → t.json → scenario.yaml',
    ]);
  });

  test('the same content under another name is the same manifest', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': '{"manifest_version":"0.4.0","components":{"c":"./sub/copy.json"}}',
      'sub/copy.json': '// a copy\n{ manifest_version: "0.4.0", metadata: 1, components: { c: "./sub/copy.json" } }',
    });
    expect(diagnostics.map((d) => d.message)).toEqual([
      '`./sub/copy.json` for component `c` of `/` closes a circle, and the tree would have no end: scenario.yaml → sub/copy.json. The content is the same as that of `scenario.yaml`, which makes it the same manifest',
    ]);
    expect(diagnostics[0]?.help).toContain('metadata');
  });

  test('a link to its own folder: ever longer URLs end at the first repeat', async () => {
    const files = memory({ 'scenario.yaml': child('./self/scenario.yaml') });
    const loads: string[] = [];
    const loader: Loader = {
      load: (url, limits) => {
        loads.push(url);
        const real = url.replaceAll('/self/', '/');
        return files.load(real, limits).then((r) => (r.ok ? { ok: true, value: { ...r.value, url } } : r));
      },
    };
    const { diagnostics } = await resolve({}, { loader });
    expect(diagnostics.map((d) => d.code)).toEqual(['resolve/cycle']);
    expect(loads).toHaveLength(2);
  });

  test('the same manifest beside and below another is no circle', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { components: { a: './a.json', b: './b.json', c: './b.json' } },
      'a.json': { components: { b: './b.json' } },
      'b.json': { components: { l: './leaf.json' } },
      'leaf.json': {},
    });
    expect(diagnostics).toEqual([]);
  });

  test('each closing reference once, however many instances reach it', async () => {
    const { diagnostics } = await resolve({
      'scenario.yaml': { components: { a: './m.json', b: './m.json', c: './m.json' } },
      'm.json': { components: { n: './n.json', o: './n.json' } },
      'n.json': { components: { back: './m.json', self: './n.json' } },
    });
    expect(diagnostics.map((d) => d.message.split(': ')[1])).toEqual(['m.json → n.json → m.json', 'n.json → n.json']);
  });

  test('a long circle loses its middle', async () => {
    const files: Record<string, object> = { 'scenario.yaml': { components: { start: './0.json' } } };
    for (let i = 0; i < 500; i++) files[`${i}.json`] = child(`./${(i + 1) % 500}.json`);
    const { diagnostics } = await resolve(files);
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]?.message).toContain(
      '0.json → 1.json → 2.json → 3.json → 4.json → … 490 more … → 495.json → 496.json → 497.json → 498.json → 499.json → 0.json',
    );
    expect(diagnostics[0]?.message).toContain('`/start/next/next/next/next/next/…/next/next/next/next/next/next`');
    expect(diagnostics[0]?.related).toHaveLength(9);
  });
});
