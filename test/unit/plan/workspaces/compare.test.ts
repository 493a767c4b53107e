import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Tree, TreeEntry } from '../../../../src/ir/workspace.ts';
import { compareSides, type Turn, turnOf } from '../../../../src/plan/workspaces/compare.ts';

const file = (hash: string, executable = false): TreeEntry => ({ kind: 'file', executable, size: hash.length, hash });
const link = (target: string): TreeEntry => ({ kind: 'link', target });
const folder: TreeEntry = { kind: 'folder' };
const other: TreeEntry = { kind: 'other' };

describe('what became of a path', () => {
  it.each<[string, TreeEntry | undefined, TreeEntry | undefined, Turn]>([
    ['nothing there', undefined, undefined, 'same'],
    ['a new file', undefined, file('a'), 'added'],
    ['a removed folder', folder, undefined, 'removed'],
    ['other bytes', file('a'), file('b'), 'changed'],
    [
      'other bytes of the same hash, as only a fault would have it',
      file('a'),
      { ...file('a'), size: 9 } as TreeEntry,
      'changed',
    ],
    ['other bytes and another mode', file('a'), file('b', true), 'changed'],
    ['another mode alone', file('a'), file('a', true), 'mode'],
    ['the same file', file('a', true), file('a', true), 'same'],
    ['another target', link('a'), link('b'), 'changed'],
    ['the same target', link('a'), link('a'), 'same'],
    ['a file in the place of a folder', folder, file('a'), 'type'],
    ['a link in the place of a file', file('a'), link('a'), 'type'],
    ['a pipe that stays', other, other, 'same'],
  ])('%s', (_, was, is, turn) => {
    expect(turnOf(was, is)).toBe(turn);
  });
});

describe('both sides against what was there', () => {
  const base: Tree = new Map([
    ['a', file('1')],
    ['b', file('1')],
    ['c', file('1')],
    ['d', folder],
  ]);
  const local: Tree = new Map([
    ['a', file('2')],
    ['c', file('1')],
    ['d', folder],
    ['l', file('l')],
  ]);
  const remote: Tree = new Map([
    ['a', file('3')],
    ['b', file('1')],
    ['d', folder],
    ['d-', file('x')],
    ['d/e', file('x')],
    ['\xff', link('a')],
  ]);

  it('lists what has turned on either, in the order of a tree, with all three', () => {
    const paths = compareSides(base, local, remote, new Set(['a']));
    expect(paths.map(({ path, copy, source, conflict }) => [path, copy, source, conflict])).toEqual([
      ['a', 'changed', 'changed', true],
      ['b', 'same', 'removed', false],
      ['c', 'removed', 'same', false],
      ['d/e', 'added', 'same', false],
      ['d-', 'added', 'same', false],
      ['l', 'same', 'added', false],
      ['\xff', 'added', 'same', false],
    ]);
    expect(paths[0]).toMatchObject({ base: file('1'), local: file('2'), remote: file('3') });
  });

  it('marks all that lies below a conflict, and nothing beside it', () => {
    const paths = compareSides(base, local, remote, new Set(['d']));
    expect(paths.filter(({ conflict }) => conflict).map(({ path }) => path)).toEqual(['d/e']);
  });

  it('lists nothing where nothing has, and each path once', () => {
    const entry = fc.constantFrom<TreeEntry>(file('1'), file('2'), file('1', true), link('a'), folder);
    const tree = fc
      .dictionary(fc.constantFrom('a', 'b', 'a/b', 'c'), entry)
      .map((found) => new Map(Object.entries(found)));
    fc.assert(
      fc.property(tree, tree, tree, (was, mine, theirs) => {
        expect(compareSides(was, was, was, new Set())).toEqual([]);
        const paths = compareSides(was, mine, theirs, new Set()).map(({ path }) => path);
        expect(new Set(paths).size).toBe(paths.length);
        const turned = ['a', 'b', 'a/b', 'c'].filter(
          (path) =>
            turnOf(was.get(path), mine.get(path)) !== 'same' || turnOf(was.get(path), theirs.get(path)) !== 'same',
        );
        expect(new Set(paths)).toEqual(new Set(turned));
      }),
    );
  });
});
