import crypto from 'node:crypto';
import fs, { mkdirSync, readdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { files } from '../../../../../src/adapters/sync/scan/files.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const sha256 = (text: string): string => crypto.createHash('sha256').update(text).digest('hex');
const hex = (read: ReturnType<ReturnType<typeof files>['hash']>): string =>
  typeof read === 'string' ? read : Buffer.from(read.hash).toString('hex');
const openCount = (): number => readdirSync('/proc/self/fd').length;

describe('contents', () => {
  it('are read below the folder that was entered, and through no link', () => {
    const outside = temp.lay({ 'b/secret': 'secret', secret: 'secret' });
    const root = temp.lay({ 'a/b/file': 'x', 'a/c': 'y' });
    symlinkSync(outside, join(root, 'out'));
    symlinkSync(join(outside, 'secret'), join(root, 'a/link'));
    const before = openCount();
    const read = files(fs, crypto, root);
    expect(hex(read.hash('a/b', 'file'))).toBe(sha256('x'));
    expect(hex(read.hash('a', 'c'))).toBe(sha256('y'));
    expect(read.hash('out', 'secret')).toBe('gone');
    expect(read.hash('out/b', 'secret')).toBe('gone');
    expect(read.hash('a', 'link')).toBe('gone');
    expect(read.hash('a', 'b')).toBe('gone');
    expect(read.text('a', 'link', 100)).toBeUndefined();
    expect(read.target('a', 'link')).toBe(join(outside, 'secret'));
    expect(read.target('out', 'secret')).toBeUndefined();
    // A folder in whose place a link stands by now: what is open is the folder.
    expect(hex(read.hash('a/b', 'file'))).toBe(sha256('x'));
    renameSync(join(root, 'a/b'), join(root, 'moved'));
    symlinkSync(join(outside, 'b'), join(root, 'a/b'));
    expect(read.hash('a/b', 'secret')).toBe('gone');
    expect(read.hash('a/b', 'secret')).toBe('gone');
    read.close();
    expect(openCount()).toBe(before);
  });

  it('are those of names of any bytes', () => {
    const root = temp.lay({});
    mkdirSync(Buffer.from(`${root}/\xff`, 'latin1'));
    writeFileSync(Buffer.from(`${root}/\xff/\xe9\n`, 'latin1'), 'x');
    const read = files(fs, crypto, root);
    expect(hex(read.hash('\xff', '\xe9\n'))).toBe(sha256('x'));
    read.close();
  });

  it('are read when the clock of their file system must have moved on', () => {
    const root = temp.lay({ a: 'x' });
    const waits: number[] = [];
    const wait = Atomics.wait;
    Atomics.wait = ((_: unknown, __: unknown, ___: unknown, milliseconds: number) => {
      waits.push(milliseconds);
      return 'timed-out';
    }) as typeof wait;
    try {
      const read = files(fs, crypto, root);
      writeFileSync(join(root, 'a'), 'new');
      read.hash('', 'a');
      read.settle({ mtimeMs: 0, ctimeMs: 0 });
      read.close();
    } finally {
      Atomics.wait = wait;
    }
    expect(waits).toEqual([20]);
  });

  it('that never stay as they are, are told as such', () => {
    const root = temp.lay({ a: 'x' });
    let count = 0;
    // One more byte is there each time that it has been read.
    const growing = {
      ...fs,
      readSync: ((...args: Parameters<typeof fs.readSync>) => {
        const length = fs.readSync(...args);
        if (length > 0) fs.appendFileSync(join(root, 'a'), `${count++}`);
        return length;
      }) as typeof fs.readSync,
    };
    const read = files(growing as typeof fs, crypto, root);
    expect(read.hash('', 'a')).toBe('changing');
    expect(count).toBe(5);
    read.close();
  });
});
