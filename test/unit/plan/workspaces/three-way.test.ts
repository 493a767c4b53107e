import { describe, expect, it } from 'vitest';
import type { ConflictPolicy } from '../../../../src/ir/plan-workspace-schema.ts';
import type { Merge, Tree, TreeEntry } from '../../../../src/ir/workspace.ts';
import { type Resolved, threeWay } from '../../../../src/plan/workspaces/three-way.ts';

/** `a` a file with that text, `a!` an executable one, `-> a` a link, `/` a folder, `|` a pipe. Folders on the way are added. */
function tree(words: Readonly<Record<string, string>>): Tree {
  const found = new Map<string, TreeEntry>();
  for (const [path, word] of Object.entries(words)) {
    const parts = path.split('/');
    for (let i = 1; i < parts.length; i++) found.set(parts.slice(0, i).join('/'), { kind: 'folder' });
    found.set(path, entryOf(word));
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function entryOf(word: string): TreeEntry {
  if (word === '/') return { kind: 'folder' };
  if (word === '|') return { kind: 'other' };
  if (word.startsWith('-> ')) return { kind: 'link', target: word.slice(3) };
  const text = word.replace(/!$/, '');
  return { kind: 'file', executable: text !== word, size: text.length, hash: text.padEnd(64, '.') };
}

const word = (entry: TreeEntry | undefined): string => {
  if (entry === undefined) return '(nothing)';
  if (entry.kind === 'file') return entry.hash.replaceAll('.', '') + (entry.executable ? '!' : '');
  return entry.kind === 'link' ? `-> ${entry.target}` : entry.kind === 'folder' ? '/' : '|';
};

/** Every side holds this file too: else a copy counts as emptied. */
const k = { k: 'k' };
type Words = Readonly<Record<string, string>>;
const merged = (
  base: Words,
  local: Words,
  remote: Words,
  policy: ConflictPolicy = 'keep_local',
  said?: Resolved,
): Merge => threeWay(tree({ ...k, ...base }), tree({ ...k, ...local }), tree({ ...k, ...remote }), policy, said);

const changesOf = ({ changes }: Merge): readonly string[] =>
  changes.map(({ path, was, becomes }) => `${path}: ${word(was)} > ${word(becomes)}`);
const conflictsOf = ({ conflicts }: Merge): readonly string[] =>
  conflicts.map(({ path, kind, base, local, remote, resolution }) =>
    [path, kind, ...[base, local, remote].map(word), resolution].join(' '),
  );

describe('the order of changes', () => {
  it('makes parents first, and removes last and deepest first', () => {
    const merge = merged(
      { 'gone/a/b': '1', 'gone/c': '1', 'to-file/x/y': '1', 'to-folder': '1', z: '1' },
      { 'gone/a/b': '1', 'gone/c': '1', 'to-file/x/y': '1', 'to-folder': '1', z: '1' },
      { 'new/a/b': '2', 'to-file': '2', 'to-folder/x': '2', z: '2', 'new-too': '2' },
    );
    expect(changesOf(merge)).toEqual([
      'new: (nothing) > /',
      'new/a: (nothing) > /',
      'new/a/b: (nothing) > 2',
      'new-too: (nothing) > 2',
      'to-folder: 1 > /',
      'to-folder/x: (nothing) > 2',
      'z: 1 > 2',
      'to-file/x/y: 1 > (nothing)',
      'to-file/x: / > (nothing)',
      'to-file: / > 2',
      'gone/c: 1 > (nothing)',
      'gone/a/b: 1 > (nothing)',
      'gone/a: / > (nothing)',
      'gone: / > (nothing)',
    ]);
  });
});

describe('what both sides changed', () => {
  const cases: Readonly<Record<string, readonly [Words, Words, Words, readonly string[]]>> = {
    'alike is nothing': [{ a: '1' }, { a: '2' }, { a: '2' }, []],
    'alike by removing it is nothing': [{ a: '1' }, {}, {}, []],
    'alike by adding it is nothing': [{}, { 'd/a': '1' }, { 'd/a': '1' }, []],
    'each in its way': [{ a: '1' }, { a: '2' }, { a: '3' }, ['a merge 1 2 3 pending']],
    'by adding it, each in its way': [{}, { a: '2' }, { a: '3' }, ['a merge (nothing) 2 3 pending']],
    'and removed here': [{ a: '1' }, {}, { a: '3' }, ['a delete-update 1 (nothing) 3 pending']],
    'and removed there': [{ a: '1' }, { a: '2' }, {}, ['a update-delete 1 2 (nothing) pending']],
    'to a folder here': [{ a: '1' }, { 'a/x': '2' }, { a: '3' }, ['a type 1 / 3 pending']],
    'to a folder there': [{ a: '1' }, { a: '2' }, { 'a/x': '3' }, ['a type 1 2 / pending']],
    'a folder to a file here, and in it there': [{ 'a/x': '1' }, { a: '2' }, { 'a/x': '3' }, ['a type / 2 / pending']],
    'a folder to a file there, and in it here': [{ 'a/x': '1' }, { 'a/x': '2' }, { a: '3' }, ['a type / / 3 pending']],
    'only in being executable': [{ a: '1' }, { a: '1!' }, { a: '2' }, ['a merge 1 1! 2 pending']],
    'where a pipe is now': [{ a: '1' }, { a: '|' }, { a: '2' }, ['a type 1 | 2 pending']],
    'where a pipe was all the time': [{ a: '|' }, { a: '|' }, { a: '2' }, ['a type | | 2 pending']],
    'and there is a pipe in the copy': [{ 'a/x': '1' }, { 'a/x': '1' }, { a: '|' }, ['a type / / | pending']],
  };
  it.each(Object.entries(cases))('%s', (_, [base, local, remote, expected]) => {
    for (const policy of ['keep_local', 'local_wins'] as const) {
      const merge = merged(base, local, remote, policy);
      expect(changesOf(merge)).toEqual([]);
      const said = policy === 'local_wins' ? 'local' : 'pending';
      expect(conflictsOf(merge)).toEqual(expected.map((line) => line.replace('pending', said)));
    }
  });

  it('is taken whole from a copy that wins, with all below it', () => {
    const merge = merged(
      { a: '1', 'd/x': '1' },
      { 'a/mine/too': '2', d: '2' },
      { a: '3', 'd/x': '1', 'd/y': '3' },
      'remote_wins',
    );
    expect(changesOf(merge)).toEqual([
      'd: 2 > /',
      'd/x: (nothing) > 1',
      'd/y: (nothing) > 3',
      'a/mine/too: 2 > (nothing)',
      'a/mine: / > (nothing)',
      'a: / > 3',
    ]);
    expect(conflictsOf(merge)).toEqual(['a type 1 / 3 remote', 'd type / 2 / remote']);
  });

  it('stays here where a pipe would have to go, whoever wins', () => {
    const merge = merged({ 'a/x': '1' }, { 'a/x': '1', 'a/p': '|' }, { a: '3' }, 'remote_wins');
    expect(changesOf(merge)).toEqual([]);
    expect(conflictsOf(merge)).toEqual(['a type / / 3 local']);
  });

  it('is what somebody has said since, path by path', () => {
    const said: Resolved = new Map([
      ['a', 'remote'],
      ['b', 'local'],
    ]);
    const merge = merged(
      { a: '1', b: '1', c: '1' },
      { a: '2', b: '2', c: '2' },
      { a: '3', b: '3', c: '3' },
      'keep_local',
      said,
    );
    expect(changesOf(merge)).toEqual(['a: 2 > 3']);
    expect(merge.conflicts.map(({ resolution }) => resolution)).toEqual(['remote', 'local', 'pending']);
  });
});

describe('folders', () => {
  it('that the copy removed stay with what the source added, and that alone', () => {
    const merge = merged({ 'd/a': '1', 'd/e/b': '1' }, { 'd/a': '1', 'd/e/b': '1', 'd/mine': '1' }, {});
    expect(changesOf(merge)).toEqual(['d/e/b: 1 > (nothing)', 'd/e: / > (nothing)', 'd/a: 1 > (nothing)']);
    expect(merge.conflicts).toEqual([]);
  });

  it('that the source removed are made again for what the copy added', () => {
    const merge = merged({ 'd/e/a': '1' }, {}, { 'd/e/a': '1', 'd/e/new': '1' });
    expect(changesOf(merge)).toEqual(['d: (nothing) > /', 'd/e: (nothing) > /', 'd/e/new: (nothing) > 1']);
  });

  it('stay with a pipe in them', () => {
    expect(changesOf(merged({ 'd/p': '|', 'd/a': '1' }, { 'd/p': '|', 'd/a': '1' }, {}))).toEqual([
      'd/a: 1 > (nothing)',
    ]);
  });
});

describe('what does not travel', () => {
  it('are pipes of the task', () => {
    expect(merged({}, {}, { p: '|' })).toEqual({ changes: [], conflicts: [] });
  });

  it.each(['.git/hooks/x', 'sub/.git', '.GIT/config', 'a/.Git/b/c'])('is git: %s', (path) => {
    for (const policy of ['keep_local', 'remote_wins'] as const) {
      const merge = merged({}, {}, { [path]: '1' }, policy);
      expect(merge.changes.filter((change) => /\.git(\/|$)/i.test(change.path))).toEqual([]);
      expect(
        merged({ [path]: '1' }, { [path]: '1' }, {}, policy).changes.filter((change) =>
          /\.git(\/|$)/i.test(change.path),
        ),
      ).toEqual([]);
    }
  });

  it('is what waits to be applied, at the root', () => {
    expect(changesOf(merged({}, {}, { '.headgate-staging-x': '1' }))).toEqual([]);
    expect(changesOf(merged({}, {}, { 'd/.headgate-staging-x': '1' }))).toHaveLength(2);
  });

  it('are not names that only look so', () => {
    expect(changesOf(merged({}, {}, { '.gitignore': '1', 'x.git/y': '1' }))).toHaveLength(3);
  });
});

describe('names that differ in case alone', () => {
  it('are two names: a rename of one to the other is written and removed', () => {
    expect(changesOf(merged({ README: '1' }, { README: '1' }, { readme: '1' }))).toEqual([
      'readme: (nothing) > 1',
      'README: 1 > (nothing)',
    ]);
  });
});

describe('a copy that lost its files', () => {
  const many = (count: number, from = 0): Words =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`d/f${i + from}`, `t${i + from}`]));

  it('is halted where it is empty', () => {
    const merge = threeWay(tree({ a: '1' }), tree({ a: '1' }), tree({}), 'remote_wins');
    expect(merge).toEqual({ changes: [], conflicts: [], suspicious: { files: 1, gone: 1 } });
    expect(
      threeWay(tree({ 'd/a': '1' }), tree({ 'd/a': '1' }), tree({ d: '/' }), 'keep_local').suspicious,
    ).toBeDefined();
    expect(threeWay(tree({}), tree({}), tree({}), 'keep_local').suspicious).toBeUndefined();
    expect(threeWay(tree({ d: '/' }), tree({ d: '/' }), tree({}), 'keep_local').suspicious).toBeUndefined();
  });

  // With the one that all sides have.
  it.each([
    [18, 0, false],
    [19, 9, false],
    [19, 8, true],
    [199, 99, false],
    [199, 98, true],
  ])('of %i files and one has %i and one left: halted is %s', (before, left, isHalted) => {
    const merge = merged(many(before), many(before), many(left));
    expect(merge.suspicious).toEqual(isHalted ? { files: before + 1, gone: before - left } : undefined);
    expect(merge.changes.length > 0).toBe(!isHalted);
  });

  it('is none where they were moved, or became something else', () => {
    const moved = Object.fromEntries(Object.entries(many(30)).map(([path, text]) => [path.replace('d/', 'e/'), text]));
    expect(merged(many(30), many(30), moved).suspicious).toBeUndefined();
    const alike = Object.fromEntries(Object.keys(many(30)).map((path) => [path, 'same']));
    expect(merged(alike, alike, { 'e/one': 'same' }).suspicious).toEqual({ files: 31, gone: 29 });
    const pipes = Object.fromEntries(Object.keys(many(30)).map((path) => [path, '|']));
    expect(merged(many(30), many(30), pipes).suspicious).toEqual({ files: 31, gone: 30 });
    const links = Object.fromEntries(Object.keys(many(30)).map((path) => [path, '-> x']));
    expect(merged(many(30), many(30), links).suspicious).toBeUndefined();
  });
});
