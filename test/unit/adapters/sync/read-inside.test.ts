import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readInside } from '../../../../src/adapters/sync/read-inside.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(() => temp.remove());

const root = join(temp.path, 'root');
mkdirSync(join(root, 'd/e'), { recursive: true });
writeFileSync(join(temp.path, 'secret'), 'secret');
writeFileSync(join(root, 'd/e/f'), 'here');
writeFileSync(join(root, 'empty'), '');
writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x0a, 0x25])]), 'bytes');
symlinkSync('../secret', join(root, 'to-file'));
symlinkSync('..', join(root, 'to-folder'));
symlinkSync('f', join(root, 'd/e/inside'));
spawnSync('mkfifo', [join(root, 'pipe')]);

describe('a file below a folder of others', () => {
  it.each([
    ['d/e/f', 'here'],
    ['empty', ''],
    ['\xff\n%', 'bytes'],
  ])('%j is read', (path, text) => {
    const read = readInside(root, path, 4 + 1);
    expect('bytes' in read && read.bytes.toString()).toBe(text);
  });

  it.each([
    ['none', 'there'],
    ['d/none/f', 'there'],
    ['../secret', 'there'],
    ['d/../d/e/f', 'there'],
    ['/d/e/f', 'there'],
    ['', 'there'],
    ['to-file', 'a file'],
    ['to-folder/secret', 'a file'],
    ['d/e/inside', 'a file'],
    ['d/e/f/g', 'a file'],
    ['d', 'a file'],
    ['pipe', 'a file'],
  ])('%j is not: not %s', (path, not) => {
    expect(readInside(root, path, 100)).toEqual({ not });
  });

  it('is not read where it is too large', () => {
    expect(readInside(root, 'd/e/f', 3)).toEqual({ not: 'small' });
    expect(readInside(root, 'd/e/f', 4)).toHaveProperty('bytes');
    // Its size says that it has nothing in it, and it never ends.
    expect(readInside('/dev', 'zero', 10)).toEqual({ not: 'a file' });
    expect(readInside('/proc/self', 'status', 10)).toEqual({ not: 'small' });
  });

  it('leaves nothing open', () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    const before = open();
    for (const path of ['d/e/f', 'd/none/f', 'to-folder/secret', 'pipe', '../secret', 'd/e/f/g'])
      readInside(root, path, 3);
    expect(open()).toBe(before);
  });
});
