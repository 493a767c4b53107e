import { describe, expect, it } from 'vitest';
import { treeBytes, treeDigest, treeFrom } from '../../../../src/adapters/sync/tree-file.ts';
import type { Tree, TreeEntry } from '../../../../src/ir/workspace.ts';

const hash = 'ab'.repeat(32);
const entries: readonly (readonly [string, TreeEntry])[] = [
  ['a', { kind: 'folder' }],
  ['a/x\ny', { kind: 'file', executable: true, size: 12, hash }],
  ['a-b', { kind: 'link', target: '../\xff\t%' }],
  ['b', { kind: 'other' }],
];
const text = (tree: Tree): string => Buffer.from(treeBytes(tree)).toString();

describe('a tree as bytes', () => {
  it('is one line an entry, in order', () => {
    const lines = [
      'headgate tree 1',
      'folder\ta',
      `file\trwx\t12\t${hash}\ta/x%0Ay`,
      'link\ta-b\t../%FF%09%25',
      'other\tb',
      '',
    ];
    expect(text(new Map(entries))).toBe(lines.join('\n'));
  });

  it('is the same in whatever order the entries were found', () => {
    expect(text(new Map([...entries].reverse()))).toBe(text(new Map(entries)));
    expect(treeDigest(new Map([...entries].reverse()))).toBe(treeDigest(new Map(entries)));
  });

  it('is read back', () => {
    expect(treeFrom(treeBytes(new Map(entries)))).toEqual({ tree: new Map(entries) });
    expect(treeFrom(treeBytes(new Map()))).toEqual({ tree: new Map() });
  });

  it('has a digest that says what sha256sum would', () => {
    expect(treeDigest(new Map())).toBe('sha256:037014605c0339f3f45db86d361d6f63287451e89b00c8395540de0faf14a23b');
  });
});

describe('bytes that are no tree', () => {
  const file = `file\trw\t1\t${hash}\t`;
  it.each([
    ['', 'it does not begin with `headgate tree 1`'],
    ['headgate tree 2\n', 'it does not begin with `headgate tree 1`'],
    ['headgate tree 1', 'its end is missing'],
    ['headgate tree 1\nfolder\ta', 'its end is missing'],
    ['headgate tree 1\nfolder\n', 'line 2 is not an entry'],
    ['headgate tree 1\nfolder\ta\tb\n', 'line 2 is not an entry'],
    ['headgate tree 1\n\n', 'line 2 is not an entry'],
    [`headgate tree 1\nfile\trwxr\t1\t${hash}\ta\n`, 'line 2 is not an entry'],
    [`headgate tree 1\nfile\trw\t01\t${hash}\ta\n`, 'line 2 is not an entry'],
    [`headgate tree 1\nfile\trw\t9999999999999999\t${hash}\ta\n`, 'line 2 is not an entry'],
    ['headgate tree 1\nfile\trw\t1\tabc\ta\n', 'line 2 is not an entry'],
    // Another text of the same path, and a byte that no name holds.
    ['headgate tree 1\nfolder\t%61\n', 'line 2 is not an entry'],
    ['headgate tree 1\nfolder\ta%00\n', 'line 2 is not an entry'],
    ['headgate tree 1\nfolder\tb\nfolder\ta\n', 'line 3 is not in order'],
    ['headgate tree 1\nfolder\ta\nfolder\ta\n', 'line 3 is not in order'],
    ['headgate tree 1\nfolder\t..\n', 'line 2 names a place that is in no tree'],
    ['headgate tree 1\nfolder\t/etc\n', 'line 2 names a place that is in no tree'],
    ['headgate tree 1\nfolder\t.git\n', 'line 2 names a place that is in no tree'],
    [`headgate tree 1\n${file}a/b\n`, 'line 2 lies in no folder of the tree'],
    [`headgate tree 1\n${file}a\n${file}a/b\n`, 'line 3 lies in no folder of the tree'],
  ])('%j', (bytes, fault) => {
    expect(treeFrom(Buffer.from(bytes))).toEqual({ fault });
  });

  it('that are not UTF-8', () => {
    expect(treeFrom(Buffer.from('headgate tree 1\nfolder\t\xff\n', 'latin1'))).toEqual({ fault: 'it is not UTF-8' });
  });
});
