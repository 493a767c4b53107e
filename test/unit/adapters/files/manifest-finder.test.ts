/** What a search tells of the files that it has read. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { confinedTo } from '../../../../src/adapters/files/confinement.ts';
import { findManifestFiles } from '../../../../src/adapters/files/manifest-finder.ts';
import { treeAt } from '../../../../src/adapters/files/scenario-tree.ts';

let top = '';
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'headgate-finder-')));
  for (const folder of ['tree/inside', 'elsewhere']) mkdirSync(join(top, folder), { recursive: true });
  for (const file of ['tree/a.yaml', 'tree/inside/b.yaml', 'elsewhere/c.yaml'])
    writeFileSync(join(top, file), 'manifest_version: "0.4.0"\n');
  symlinkSync('../elsewhere/c.yaml', join(top, 'tree/out.yaml'));
  symlinkSync('a.yaml', join(top, 'tree/alias.yaml'));
});
afterEach(() => rmSync(top, { recursive: true }));

it('a file that was opened under its own name is told apart from one behind a link', async () => {
  const told = new Map<string, boolean>();
  await findManifestFiles(join(top, 'tree'), { onRead: (path, _bytes, isItself) => told.set(path, isItself) });
  expect([...told].sort()).toEqual([
    ['a.yaml', true],
    ['alias.yaml', false],
    ['inside/b.yaml', true],
    ['out.yaml', false],
  ]);
});

it('a link that leads out of the tree is refused, whatever else was read', () => {
  const url = (path: string): string => `file://${top}/${path}`;
  const read = new Set(['tree/a.yaml', 'tree/inside/b.yaml', 'elsewhere/c.yaml'].map(url));
  const { file } = confinedTo(treeAt(join(top, 'tree')), (one) => read.has(one));
  const refused = [...read, url('tree/out.yaml'), url('tree/alias.yaml')].filter((one) => file(one) !== undefined);
  expect(refused).toEqual([url('elsewhere/c.yaml'), url('tree/out.yaml')]);
});

it('a file that becomes a link before it is read is read all the same, and told as one', async () => {
  const told = new Map<string, boolean>();
  const looked = (path: string): void => {
    if (!path.endsWith('a.yaml')) return;
    rmSync(join(top, 'tree/a.yaml'));
    symlinkSync('inside/b.yaml', join(top, 'tree/a.yaml'));
  };
  const onRead = (path: string, _bytes: Uint8Array, isItself: boolean) => told.set(path, isItself);
  const { unreadable } = await findManifestFiles(join(top, 'tree'), { looked, onRead });
  expect(unreadable).toEqual([]);
  expect(told.get('a.yaml')).toBe(false);
});
