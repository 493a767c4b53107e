import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { changedSince } from '../../../../../src/adapters/sync/scan/ask-git.ts';
import { readScanCache, scanCacheFile } from '../../../../../src/adapters/sync/scan/cache-file.ts';
import { openStatIndex, statIndexFile } from '../../../../../src/adapters/sync/scan/stat-index.ts';
import { type SnapshotOptions, takeSnapshot } from '../../../../../src/adapters/sync/snapshot.ts';
import { foundIn, listed } from '../../../../support/sync/found.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const odd = '\xff\n%41 \xe9';
const long = `${'x'.repeat(250)}/`.repeat(17);

interface Cached {
  readonly root: string;
  readonly cacheFile: string;
  readonly take: (more?: Partial<SnapshotOptions>) => Promise<unknown>;
}

function cachedAt(root: string): Cached {
  const cacheFile = scanCacheFile(`${root}-state`, root);
  const take = async (more: Partial<SnapshotOptions> = {}): Promise<unknown> => {
    const taken = await takeSnapshot({ root, exclude: [], kind: 'dir', cacheFile, askGitFrom: 1, sampled: 0, ...more });
    return 'fault' in taken ? `${taken.fault.code}: ${taken.fault.message}` : listed(taken.tree);
  };
  return { root, cacheFile, take };
}

/** Until what is there is older than the second that the next scan begins in. */
const aged = (): Promise<void> => new Promise((done) => setTimeout(done, 1100));

/** By the clock that the files of that folder have, in milliseconds. */
function momentBeside(file: string): number {
  const beside = `${file}.moment`;
  writeFileSync(beside, '');
  const { ctimeMs } = statSync(beside);
  rmSync(beside);
  return ctimeMs;
}

/** What git says of the index; undefined where there is none for that cache. */
async function told({ root, cacheFile }: Cached, rules = JSON.stringify([[], false, []])): Promise<unknown> {
  const { ino, dev } = statSync(root);
  const cache = readScanCache(cacheFile, { path: root, ino, dev });
  const index = cache && openStatIndex(cacheFile, { cacheSum: cache.sum, rules });
  if (index === undefined) return undefined;
  try {
    return await changedSince(index, root, cacheFile);
  } finally {
    closeSync(index);
  }
}

function lay(): string {
  const root = temp.lay({ 'a/b': 'one', 'a/c': 'two', 'a.x': '', 'a/sub/e': 'e', 'p/q': 'q', d: 'three', 'r/s': 's' });
  writeFileSync(Buffer.from(`${root}/a/${odd}`, 'latin1'), 'odd');
  chmodSync(join(root, 'p/q'), 0o755);
  return root;
}

describe('an index for git', () => {
  let one: Cached;
  beforeAll(async () => {
    one = cachedAt(lay());
    await aged();
    await one.take();
  });

  it('holds all files as they are, whatever their names', async () => {
    expect(await told(one)).toEqual([]);
    const listedByGit = execFileSync('git', ['ls-files', '-z', '--stage'], {
      cwd: one.root,
      env: {
        ...process.env,
        GIT_DIR: join(one.cacheFile, '../repository'),
        GIT_INDEX_FILE: statIndexFile(one.cacheFile),
      },
    }).toString('latin1');
    const names = listedByGit.split('\0').map((line) => `${line.slice(0, 6)} ${line.split('\t').slice(1).join('\t')}`);
    const plain = ['a.x', 'a/b', 'a/c', 'a/sub/e', `a/${odd}`, 'd'].map((name) => `100644 ${name}`);
    expect(names.slice(0, -1)).toEqual([...plain, '100755 p/q', '100644 r/s']);
  });

  it('is of use with its own cache and rules alone, and whole', async () => {
    expect(await told(one, 'other rules')).toBeUndefined();
    const whole = readFileSync(statIndexFile(one.cacheFile));
    for (let at = 0; at < whole.length; at += 5) {
      const bytes = Buffer.from(whole);
      bytes[at] = (bytes[at] as number) ^ 0x11;
      writeFileSync(statIndexFile(one.cacheFile), bytes);
      expect(await told(one)).toBeUndefined();
    }
    writeFileSync(statIndexFile(one.cacheFile), whole.subarray(0, 20));
    expect(await told(one)).toBeUndefined();
    writeFileSync(statIndexFile(one.cacheFile), whole);
    expect(await told(one)).toEqual([]);
    const cache = readFileSync(one.cacheFile);
    writeFileSync(join(one.root, 'another'), '');
    await one.take({ askGitFrom: 1e9 });
    const index = readFileSync(statIndexFile(one.cacheFile));
    writeFileSync(one.cacheFile, cache);
    expect(await told(one)).toBeUndefined();
    writeFileSync(statIndexFile(one.cacheFile), whole);
    expect(await told(one)).toEqual([]);
    expect(index.equals(whole)).toBe(false);
  });

  it('holds nothing of a second that is not over', async () => {
    const fresh = cachedAt(lay());
    await fresh.take();
    writeFileSync(join(fresh.root, 'd'), 'THREE');
    expect(await fresh.take()).toEqual(listed(foundIn(fresh.root)));
    writeFileSync(join(fresh.root, 'd'), 'three');
    expect(await fresh.take()).toEqual(listed(foundIn(fresh.root)));
  });

  it('leaves out folders with a file of the second in which the scan began', async () => {
    for (let isMet = false; !isMet; ) {
      const fresh = cachedAt(lay());
      mkdirSync(join(fresh.cacheFile, '..'), { recursive: true, mode: 0o700 });
      // Old enough for the cache.
      await new Promise((done) => setTimeout(done, 60));
      const [looked, laid] = [momentBeside(fresh.cacheFile), statSync(join(fresh.root, 'a.x')).ctimeMs];
      isMet = Math.floor((looked - 40) / 1000) === Math.floor(laid / 1000);
      await fresh.take();
      if (isMet) expect(readFileSync(statIndexFile(fresh.cacheFile)).readUInt32BE(8)).toBe(0);
    }
  });

  it('grows as what it could not hold gets older', async () => {
    const fresh = cachedAt(lay());
    await fresh.take({ askGitFrom: 1e9 });
    const { size } = statSync(statIndexFile(fresh.cacheFile));
    await aged();
    await fresh.take();
    expect(statSync(statIndexFile(fresh.cacheFile)).size).toBeGreaterThan(size);
  });
});

// Most of it is waiting until files are old enough.
describe.concurrent('a scan that git helps', () => {
  const changes: readonly (readonly [string, (root: string) => void])[] = [
    ['nothing', () => undefined],
    [
      'other content of the same size and time',
      (root) => {
        const { atime, mtime } = statSync(join(root, 'a/c'));
        writeFileSync(join(root, 'a/c'), 'TWO');
        utimesSync(join(root, 'a/c'), atime, mtime);
      },
    ],
    ['another mode', (root) => chmodSync(join(root, 'a/sub/e'), 0o755)],
    ['a file without bytes that gets some', (root) => appendFileSync(join(root, 'a.x'), 'x')],
    ['a file that is gone', (root) => unlinkSync(join(root, 'a/b'))],
    ['a folder that is gone', (root) => rmSync(join(root, 'a'), { recursive: true })],
    ['a new file', (root) => writeFileSync(join(root, 'a/sub/new'), 'new')],
    ['a new folder', (root) => mkdirSync(join(root, 'a/sub/folder/in'), { recursive: true })],
    ['a name that is no text', (root) => appendFileSync(Buffer.from(`${root}/a/${odd}`, 'latin1'), 'x')],
    ['a name that is very long', (root) => mkdirSync(join(root, long.slice(0, 3000)), { recursive: true })],
    [
      'a folder in the place of a file',
      (root) => {
        unlinkSync(join(root, 'd'));
        mkdirSync(join(root, 'd'));
      },
    ],
    [
      'a link in the place of a folder',
      (root) => {
        renameSync(join(root, 'a'), join(root, 'z'));
        symlinkSync('z', join(root, 'a'));
      },
    ],
    [
      'folders that change places',
      (root) => {
        renameSync(join(root, 'p'), join(root, 'x'));
        renameSync(join(root, 'r'), join(root, 'p'));
        renameSync(join(root, 'x'), join(root, 'r'));
      },
    ],
    [
      'files that change places',
      (root) => {
        renameSync(join(root, 'a/b'), join(root, 'a/x'));
        renameSync(join(root, 'a/c'), join(root, 'a/b'));
        renameSync(join(root, 'a/x'), join(root, 'a/c'));
      },
    ],
  ];

  it.each(changes)('sees %s', async (_, change) => {
    const cached = cachedAt(lay());
    await aged();
    await cached.take();
    expect(await told(cached)).toEqual([]);
    change(cached.root);
    expect(await cached.take()).toEqual(listed(foundIn(cached.root)));
    expect(await cached.take()).toEqual(listed(foundIn(cached.root)));
  });

  it('goes by rules that came, went and changed', async () => {
    const cached = cachedAt(lay());
    const keys = async (): Promise<unknown> =>
      ((await cached.take({ kind: 'git_worktree' })) as [string][]).map(([path]) => path);
    const all = ['a', 'a.x', 'a/b', 'a/c', 'a/sub', 'a/sub/e', `a/${odd}`, 'd', 'p', 'p/q', 'r', 'r/s'];
    await aged();
    expect(await keys()).toEqual(all);
    writeFileSync(join(cached.root, '.gitignore'), 'e\n');
    expect(await keys()).toEqual(['.gitignore', ...all.filter((path) => path !== 'a/sub/e')]);
    await aged();
    expect(await keys()).toEqual(['.gitignore', ...all.filter((path) => path !== 'a/sub/e')]);
    writeFileSync(join(cached.root, '.gitignore'), 'q\n');
    expect(await keys()).toEqual(['.gitignore', ...all.filter((path) => path !== 'p/q')]);
    await aged();
    await keys();
    unlinkSync(join(cached.root, '.gitignore'));
    expect(await keys()).toEqual(all);
  });

  it('does without where git cannot tell', async () => {
    const cached = cachedAt(lay());
    await aged();
    await cached.take();
    expect(await told(cached)).toEqual([]);
    writeFileSync(join(cached.cacheFile, '../repository/HEAD'), 'no ref');
    expect(await told(cached)).toBeUndefined();
    writeFileSync(join(cached.root, 'a/c'), 'TWO');
    expect(await cached.take()).toEqual(listed(foundIn(cached.root)));
    rmSync(join(cached.cacheFile, '../repository'), { recursive: true });
    expect(await told(cached)).toEqual([]);
  });

  it('finds that the cache lies', async () => {
    const cached = cachedAt(lay());
    await aged();
    await cached.take();
    const hash = (foundIn(cached.root).get('a/sub/e') as { hash: string }).hash;
    const bytes = readFileSync(cached.cacheFile);
    const at = bytes.indexOf(Buffer.from(hash, 'hex'));
    bytes[at] = (bytes[at] as number) ^ 1;
    const { crc32 } = await import('node:zlib');
    bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
    writeFileSync(cached.cacheFile, bytes);
    // The index says that it is of this cache.
    const index = readFileSync(statIndexFile(cached.cacheFile));
    bytes.copy(index, index.length - 8, 12, 16);
    writeFileSync(statIndexFile(cached.cacheFile), index);
    expect(await told(cached)).toEqual([]);
    expect(await cached.take()).not.toEqual(listed(foundIn(cached.root)));
    const wanted = listed(foundIn(cached.root));
    let found: unknown;
    for (let i = 0; i < 100 && !isDeepStrictEqual(found, wanted); i++) found = await cached.take({ sampled: 0.4 });
    expect(found).toEqual(wanted);
  });
});
