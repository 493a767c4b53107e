import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { rootFrom, sourceDirFrom } from '../../../src/app/tree.ts';
import { createTempFolder } from '../../support/temp-folder.ts';

const temp = createTempFolder();
const cwd = temp.path;
afterAll(temp.remove);
symlinkSync('circle', join(cwd, 'circle'));
symlinkSync('.', join(cwd, 'link'));
writeFileSync(join(cwd, 'file'), '');

const noFolders = [
  ['nothing', 'there is no such folder'],
  ['file', 'it is not a folder'],
  ['file/below', 'a part of its path is not a folder'],
  ['circle', 'its symbolic links go round in a circle'],
  ['n'.repeat(300), 'the name is too long'],
] as const;

describe('a folder that an option names', () => {
  it.each(noFolders)('--root %s: %s', (root, fault) => {
    expect(() => rootFrom({ root }, { cwd })).toThrow(`--root takes a folder, and was given \`${root}\`: ${fault}`);
  });

  it.each(noFolders)('--source-dir %s: %s', (sourceDir, fault) => {
    expect(() => sourceDirFrom(sourceDir, { cwd })).toThrow(`--source-dir \`${sourceDir}\`: ${fault}; name the folder`);
  });

  it('may be a link, and need not be given', () => {
    expect([rootFrom({ root: 'link' }, { cwd }), rootFrom({}, { cwd })]).toEqual([join(cwd, 'link'), undefined]);
    expect([sourceDirFrom('link', { cwd }), sourceDirFrom(undefined, { cwd })]).toEqual([join(cwd, 'link'), undefined]);
  });
});
