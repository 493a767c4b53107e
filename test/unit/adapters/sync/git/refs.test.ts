import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  allRefs,
  headOf,
  isCommitId,
  isRefName,
  readHead,
  readRef,
  refsNamed,
} from '../../../../../src/adapters/sync/git/refs.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(40)) as [string, string, string];

describe('isRefName', () => {
  it.each([
    'refs/heads/main',
    'refs/heads/a/b.c',
    'refs/heads/ä',
    'refs/heads/-x',
    'refs/heads/@',
    'refs/heads/a..b',
    'refs/heads/../x',
    'refs/heads/.x',
    'refs/heads/x.lock',
    'refs/heads/x.lock/y',
    'refs/heads/x.',
    'refs/heads/x/',
    'refs/heads//x',
    'refs/heads/a b',
    'refs/heads/a~b',
    'refs/heads/a^b',
    'refs/heads/a:b',
    'refs/heads/a?b',
    'refs/heads/a*b',
    'refs/heads/a[b',
    'refs/heads/a\\b',
    'refs/heads/a@{b',
    'refs/heads/a\nb',
    'refs/heads/a\x7fb',
  ])('thinks of %j as git does', (name) => {
    expect(isRefName(name)).toBe(spawnSync('git', ['check-ref-format', name]).status === 0);
  });

  it('takes nothing outside of refs, and nothing of any length', () => {
    for (const name of ['HEAD', 'config', '../refs/heads/x', `refs/heads/${'x'.repeat(1_000)}`])
      expect(isRefName(name)).toBe(false);
  });
});

it('a commit id has forty or sixty-four small digits', () => {
  expect(['a'.repeat(40), '0'.repeat(64)].map(isCommitId)).toEqual([true, true]);
  expect(['a'.repeat(39), 'A'.repeat(40), 'g'.repeat(40), `${a}\n`, ''].map(isCommitId)).toEqual(Array(5).fill(false));
});

function withRepository<T>(files: Readonly<Record<string, string>>, work: (fd: number, path: string) => T): T {
  const path = temp.lay(files);
  const fd = openSync(path, 'r');
  try {
    return work(fd, path);
  } finally {
    closeSync(fd);
  }
}

describe('refs', () => {
  it('a file counts before the packed ones, and one leads to another', () => {
    const files = {
      HEAD: 'ref: refs/heads/link\n',
      'refs/heads/link': 'ref: refs/heads/packed\n',
      'refs/heads/both': `${b}\n`,
      'packed-refs': `# pack-refs with: peeled\n${a} refs/heads/packed\n^${c}\n${a} refs/heads/both\n${c} refs/heads/bad..name\nno\n`,
    };
    withRepository(files, (fd, path) => {
      expect(readHead(fd, fd)).toEqual({ head: a, branch: 'refs/heads/link' });
      expect(readRef(fd, 'refs/heads/both')).toBe(b);
      const all = allRefs(fd, 10) as ReadonlyMap<string, string>;
      expect([...all].filter(([name]) => name.startsWith('refs/heads/'))).toEqual([
        ['refs/heads/both', b],
        ['refs/heads/link', a],
        ['refs/heads/packed', a],
      ]);
      expect(allRefs(fd, all.size)).toEqual(all);
      expect(allRefs(fd, all.size - 1)).toBe(`it has more than ${all.size - 1} refs`);
      expect([...refsNamed(path, ['refs/heads/both', 'refs/heads/packed', 'refs/heads/none'])]).toEqual([
        ['refs/heads/both', b],
        ['refs/heads/packed', a],
      ]);
      expect(headOf(path, path)).toEqual({ head: a, branch: 'refs/heads/link' });
    });
  });

  it('a circle ends, and a branch without a commit has none', () => {
    withRepository(
      { HEAD: 'ref: refs/heads/a', 'refs/heads/a': 'ref: refs/heads/b', 'refs/heads/b': 'ref: refs/heads/a' },
      (fd) => {
        expect(readHead(fd, fd)).toEqual({ head: null, branch: 'refs/heads/a' });
      },
    );
  });

  it('no link is followed, and no pipe waited for', () => {
    withRepository({ 'x/HEAD': `${a}\n`, 'x/heads/m': `${a}\n` }, (fd, path) => {
      symlinkSync('x/HEAD', join(path, 'HEAD'));
      expect(readHead(fd, fd)).toBeUndefined();
      symlinkSync('x', join(path, 'refs'));
      expect(readRef(fd, 'refs/heads/m')).toBeUndefined();
      expect(allRefs(fd, 10)).toEqual(new Map());
      mkdirSync(join(path, 'y'));
      execFileSync('mkfifo', [join(path, 'packed-refs')]);
      expect(readRef(fd, 'refs/heads/m')).toBeUndefined();
    });
  });

  it('nothing larger than a ref is read as one', () => {
    withRepository({ HEAD: `${' '.repeat(5_000)}${a}` }, (fd, path) => {
      expect(readHead(fd, fd)).toBeUndefined();
      writeFileSync(join(path, 'HEAD'), ` ${a} \n`);
      expect(readHead(fd, fd)).toEqual({ head: a, branch: null });
    });
  });
});
