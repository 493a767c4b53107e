import { describe, expect, test } from 'vitest';
import { dump, memory, resolve } from './harness.ts';

const leaf = { program: { path: '/bin/true' } };

describe('loading', () => {
  test('never more than 64 at once, each URL once, and branches do not wait for each other', async () => {
    let now = 0;
    let most = 0;
    const loads: string[] = [];
    const files: Record<string, object> = { 'scenario.yaml': { components: {} as Record<string, string> } };
    for (let i = 0; i < 200; i++) {
      (files['scenario.yaml'] as { components: Record<string, string> }).components[`c${i}`] = `./c${i}.json`;
      files[`c${i}.json`] = { components: { deep: './shared.json', own: `./own${i}.json` } };
      files[`own${i}.json`] = leaf;
    }
    files['shared.json'] = leaf;
    const { tree } = await resolve(files, {
      order: async (url) => {
        loads.push(url);
        most = Math.max(most, ++now);
        await new Promise((done) => setTimeout(done, 2));
        now--;
      },
    });
    expect(tree?.root.children).toHaveLength(200);
    expect(most).toBe(64);
    expect(loads).toHaveLength(402);
    expect(new Set(loads).size).toBe(402);
  });

  test('a slow child does not hold back the children of its sibling', async () => {
    let release = (): void => {};
    const slow = new Promise<void>((done) => {
      release = done;
    });
    const { tree } = await resolve(
      {
        'scenario.yaml': { components: { a: './slow.json', b: './b.json' } },
        'slow.json': leaf,
        'b.json': { components: { c: './c.json' } },
        'c.json': leaf,
      },
      {
        // Deadlocks when `c` is loaded only after `slow`.
        order: async (url) => {
          if (url.endsWith('c.json')) release();
          if (url.endsWith('slow.json')) await slow;
        },
      },
    );
    expect(dump(tree)).toHaveLength(4);
  });

  test('siblings load together, also in a manifest that has the content of another', async () => {
    const waiting = new Map<string, () => void>();
    const m = { components: { one: './one.json', two: './two.json' } };
    const { tree } = await resolve(
      {
        'scenario.yaml': { components: { a: './a/m.json', b: './b/m.json' } },
        'a/m.json': m,
        'b/m.json': m,
        'a/one.json': leaf,
        'a/two.json': leaf,
        'b/one.json': leaf,
        'b/two.json': leaf,
      },
      {
        // Each of a pair waits until the other is asked for.
        order: async (url) => {
          const pair = /(.)\/(?:one|two)/.exec(url)?.[1];
          if (pair === undefined) return;
          const other = waiting.get(pair);
          if (other) other();
          else await new Promise<void>((done) => waiting.set(pair, done));
        },
      },
    );
    expect(dump(tree)).toHaveLength(7);
  });

  test('a `{file}` shared by manifests is read once', async () => {
    const loads: string[] = [];
    const program = { path: '/bin/true', args: [{ file: './t.txt' }, { arg: { file: 't.txt' } }] };
    await resolve(
      { 'scenario.yaml': { program, components: { a: './a.json' } }, 'a.json': { program }, 't.txt': 'x' },
      {
        order: async (url) => {
          loads.push(url);
        },
      },
    );
    expect(loads.filter((url) => url.endsWith('t.txt'))).toHaveLength(1);
  });

  test('a fault of headgate itself comes out as itself', async () => {
    const loader = memory({
      'scenario.yaml': { components: { a: './a.json', b: './b.json' } },
      'a.json': leaf,
      'b.json': leaf,
    });
    const broken = resolve(
      {},
      {
        loader,
        check: ({ file }) => {
          if (file !== 'scenario.yaml') throw new RangeError('bug');
        },
      },
    );
    await expect(broken).rejects.toThrow('bug');
  });
});
