import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeFolders } from '../../../../src/adapters/files/make-folders.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

it('makes a folder and those above it, and names the topmost', () => {
  const folder = temp.lay({});
  expect(makeFolders(join(folder, 'a/b/c'), 0o700)).toBe(join(folder, 'a'));
  expect(statSync(join(folder, 'a/b/c')).mode & 0o777).toBe(0o700);
  expect(makeFolders(join(folder, 'a/b/c'))).toBeUndefined();
});

it('throws where a file stands in the way', () => {
  const folder = temp.lay({});
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolders(join(folder, 'file'))).toThrow('EEXIST');
  expect(() => makeFolders(join(folder, 'file/a'))).toThrow('ENOTDIR');
});

it('comes back from a file system that makes no folders', () => {
  expect(() => makeFolders('/proc/headgate/a')).toThrow('ENOENT');
  expect(existsSync('/proc/headgate')).toBe(false);
});
