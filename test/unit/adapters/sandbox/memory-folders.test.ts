/** Folders in memory, looked at from outside. */
import { mkdirSync, readdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openMemoryFolders, tooManyFiles } from '../../../../src/adapters/sandbox/memory-folders.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const open = (): number => readdirSync('/proc/self/fd').length;

it.each([
  [66_560, undefined],
  [66_561, { at: '/tmp', files: 66_561, most: 66_560 }],
])('a folder of 256 MiB may hold 66,560 files: %i', (used, over) => {
  const total = 1_000_000;
  expect(tooManyFiles('/tmp', { blocks: 65_536, bsize: 4096, files: total, ffree: total - used })).toEqual(over);
  // The same with larger pages.
  expect(tooManyFiles('/tmp', { blocks: 4096, bsize: 65_536, files: total, ffree: total - used })).toEqual(over);
});

it('is held where it is, whatever is put in its place, until it is closed', () => {
  const folder = temp.lay({});
  mkdirSync(join(folder, 'a'));
  const before = open();
  const folders = openMemoryFolders(process.pid, [join(folder, 'a'), '/dev/shm']);
  expect([open(), folders.devices.size]).toEqual([before + 2, 2]);
  renameSync(join(folder, 'a'), join(folder, 'b'));
  symlinkSync('/nowhere', join(folder, 'a'));
  expect(folders.look().bytes).toBeGreaterThan(0);
  folders.close();
  folders.close();
  expect(open()).toBe(before);
});

it('a link in its place is not followed, and nothing stays open', () => {
  const folder = temp.lay({});
  symlinkSync('/dev/shm', join(folder, 'link'));
  const before = open();
  expect(() => openMemoryFolders(process.pid, ['/dev/shm', join(folder, 'link')])).toThrow(/ELOOP|ENOTDIR/);
  expect(() => openMemoryFolders(2 ** 22 + 1, ['/dev/shm'])).toThrow(/ENOENT/);
  expect(open()).toBe(before);
});
