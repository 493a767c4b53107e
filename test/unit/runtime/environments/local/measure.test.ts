/** What is executed is measured at each start, and read once as long as it is the same. */
import { chmodSync, linkSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { treeAt } from '../../../../../src/adapters/files/scenario-tree.ts';
import { executedFiles } from '../../../../../src/adapters/sandbox/locate-here.ts';
import { digestOf } from '../../../../../src/base/digest.ts';
import { keepMeasured } from '../../../../../src/runtime/actions/component/kept.ts';
import { createMeasure } from '../../../../../src/runtime/environments/local/measure.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-measure-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function script(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

describe('what is executed', () => {
  it('is the file behind a relative path, with the interpreter of a script', () => {
    const path = script('go.sh', '#!/bin/sh\nexit 0\n');
    expect(executedFiles(['./go.sh', 'x'], folder, treeAt(folder))).toEqual([
      { path: './go.sh', file: path },
      { path: '/bin/sh', file: '/bin/sh' },
    ]);
  });

  it('is the command of `env` too, as it is looked up in the sandbox', () => {
    const found = executedFiles(['/usr/bin/env', 'A=b', 'sh', '-c', 'true'], folder, treeAt(folder));
    expect(found.map(({ path }) => path)).toEqual(['/usr/bin/env', 'sh']);
    expect(found[1]?.file).toMatch(/^\/(?:usr\/)?bin\/sh$/);
  });

  it('is nothing where there is no program', () => {
    expect(executedFiles(['./nothing'], folder, treeAt(folder))).toEqual([]);
  });
});

describe('measuring', () => {
  it('answers the path as it was written, and the digest of the bytes', async () => {
    const text = '#!/bin/sh\nexit 7\n';
    const file = script('seven.sh', text);
    const measure = createMeasure();
    expect(await measure([{ path: './seven.sh', file }])).toEqual({ path: './seven.sh', digest: digestOf(text) });
    const both = await measure([
      { path: './seven.sh', file },
      { path: '/bin/sh', file: '/bin/sh' },
    ]);
    expect(both).toEqual({
      path: './seven.sh',
      digest: digestOf(text),
      interpreters: [{ path: '/bin/sh', digest: expect.stringMatching(/^sha256:.{44}$/) }],
    });
    expect(await measure([])).toBeUndefined();
  });

  it('says of a file that cannot be read that it has no digest', async () => {
    expect(await createMeasure()([{ path: './gone', file: join(folder, 'gone') }])).toEqual({
      path: './gone',
      digest: null,
    });
  });

  it('reads a file once, however many start it and by whatever name, and again when it was written', async () => {
    const read: string[] = [];
    const measure = createMeasure(async (path) => {
      read.push(path);
      return `sha256:${read.length}`;
    });
    const file = script('many.sh', 'one');
    linkSync(file, join(folder, 'linked.sh'));
    symlinkSync(file, join(folder, 'link.sh'));
    const names = ['many.sh', 'linked.sh', 'link.sh'];
    const all = Array.from({ length: 200 }, (_, i) => names[i % 3] as string);
    const found = await Promise.all(all.map((name) => measure([{ path: name, file: join(folder, name) }])));
    expect(read).toHaveLength(1);
    expect(new Set(found.map((one) => one?.['digest']))).toEqual(new Set(['sha256:1']));
    // The same size, and the time of writing put back: the time of change tells it.
    const before = new Date(1_000_000);
    utimesSync(file, before, before);
    await measure([{ path: 'many.sh', file }]);
    writeFileSync(file, 'two');
    utimesSync(file, before, before);
    expect(await measure([{ path: 'many.sh', file }])).toEqual({ path: 'many.sh', digest: 'sha256:3' });
  });
});

it('what was executed is evidence before the place was measured', async () => {
  const kept: object[] = [];
  const measured = keepMeasured(
    {
      executed: { path: './go.sh', digest: 'sha256:x' },
      measured: Promise.resolve({ uid: 0 }),
      ready: Promise.resolve(),
      ended: new Promise(() => {}),
      ports: () => undefined,
      pid: undefined,
      terminate: async () => {},
    },
    { measured: (found) => `sha256:${kept.push(found)}`, checked: () => 'never' },
  );
  expect(measured()).toEqual({ program: 'sha256:1' });
  await Promise.resolve();
  expect(measured()).toEqual({ program: 'sha256:1', sandbox: 'sha256:2' });
  expect(kept).toEqual([{ path: './go.sh', digest: 'sha256:x' }, { uid: 0 }]);
});
