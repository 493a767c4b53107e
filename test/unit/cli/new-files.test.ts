/** New files go where it was judged that they go, or nowhere. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { treeAt } from '../../../src/adapters/files/scenario-tree.ts';
import { newPlace, writeNewFiles } from '../../../src/cli/new-files.ts';

let top = '';
const at = (...parts: readonly string[]): string => join(top, ...parts);
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-new-')));
  for (const folder of ['out/inner', 'victim/inner']) mkdirSync(at(folder), { recursive: true });
});
afterEach(() => rmSync(top, { recursive: true }));

const place = (...parts: readonly string[]): string => newPlace(at(...parts), []) as string;
const file = (path: string, shown: string) => ({ path, shown, text: shown, mode: 0o600 });
const victim = (): readonly string[] => readdirSync(at('victim'), { recursive: true }).map(String);

it('they are made with the folders that are missing', async () => {
  expect(await writeNewFiles([file(place('out/a/b/k'), 'k'), file(place('out/a/b/k.pub'), 'l')])).toBeUndefined();
  expect([readFileSync(at('out/a/b/k'), 'utf8'), readFileSync(at('out/a/b/k.pub'), 'utf8')]).toEqual(['k', 'l']);
  expect(statSync(at('out/a/b/k')).mode & 0o777).toBe(0o600);
});

it('links on the way are followed, and one in the place of the file is not', async () => {
  symlinkSync('victim', at('link'));
  expect(place('link/k')).toBe(at('victim/k'));
  symlinkSync('../victim/stolen', at('out/k'));
  expect((await writeNewFiles([file(place('out/k'), 'k')]))?.error.code).toBe('EEXIST');
  expect(victim()).toEqual(['inner']);
});

it('a link of a tree that leads out of it is refused', () => {
  symlinkSync('../victim', at('out/link'));
  expect(newPlace(at('out/link/k'), [treeAt(at('out'))])).toMatchObject({
    reason: expect.stringContaining('leads out of it'),
  });
});

it.each(['out', 'out/inner'])('nothing is written where a link took the place of a folder: %s', async (name) => {
  const key = place('out/inner/k');
  renameSync(at(name), at('aside'));
  symlinkSync(at(name.replace('out', 'victim')), at(name));
  const failed = await writeNewFiles([file(key, 'k')]);
  expect(failed).toMatchObject({ shown: 'k', error: expect.any(Error) });
  expect(victim()).toEqual(['inner']);
});

it('when one cannot be written all are taken back, with the folders that were made', async () => {
  writeFileSync(at('out/there'), 'mine');
  const failed = await writeNewFiles([file(place('out/new/k'), 'k'), file(place('out/there'), 'there')]);
  expect(failed).toMatchObject({ shown: 'there', error: { code: 'EEXIST' } });
  expect([existsSync(at('out/new')), readFileSync(at('out/there'), 'utf8')]).toEqual([false, 'mine']);
});
