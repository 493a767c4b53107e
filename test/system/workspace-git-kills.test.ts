/** Exports and imports of history are killed at every call of a kind, theirs and those of git: the next one finishes, and nothing is left. */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GitBase, Imported } from '../../src/adapters/sync/git/forms.ts';
import { importFrom } from '../../src/adapters/sync/git/import.ts';
import { commit, copyFiles, fsck, git, headOf, refsOf, repository, status, write } from '../support/git-fixture.ts';
import { points, sweepTime } from '../support/run/sweep.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const worker = join(temp.path, 'worker.mjs');
let count = 0;

interface Ended {
  readonly killed: boolean;
  readonly told:
    | { readonly base?: GitBase; readonly imported?: Imported; readonly fault?: { readonly code: string } }
    | undefined;
}

function work(args: readonly string[], wrap: readonly string[] = []): Ended {
  const [file = '', ...rest] = [...wrap, process.execPath, worker, ...args];
  const { stdout, signal, stderr, status: code } = spawnSync(file, rest, { encoding: 'utf8' });
  if (wrap.length === 0) expect(code, stderr).toBe(0);
  return { killed: signal === 'SIGKILL' || stdout === '', told: stdout === '' ? undefined : JSON.parse(stdout) };
}

/** Of this process alone, or also of all that it starts; each counts for itself. */
const wrapped = (calls: string, all: boolean, tail: readonly string[]): readonly string[] => [
  ...['strace', '-qq', ...(all ? ['-f'] : []), '-e', `trace=${calls}`, '-e', 'signal=none', ...tail],
];
const killAt = (calls: string, all: boolean, n: number): readonly string[] =>
  wrapped(calls, all, ['-o', '/dev/null', '-e', `inject=${calls}:signal=SIGKILL:when=${n}`]);

/** The most calls that one process makes. */
function lastOf(calls: string, all: boolean, args: readonly string[]): number {
  const log = join(temp.path, `calls-${count++}`);
  work(args, wrapped(calls, all, ['-o', log]));
  const made = new Map<string, number>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const found = /^(?:(\d+) +)?[a-z0-9]+\(/.exec(line);
    if (found) made.set(found[1] ?? '', (made.get(found[1] ?? '') ?? 0) + 1);
  }
  return Math.max(0, ...made.values());
}

/** A source that has moved on, with something staged, and a copy with commits: made once, and copied for each kill. */
const start = join(temp.path, 'start');
let base: GitBase;
/** The stash of the copy, the newest first. */
const kept: string[] = [];
const places = (): { readonly top: string; readonly source: string; readonly copy: string } => {
  const top = join(temp.path, `at-${count++}`);
  cpSync(start, top, { recursive: true, preserveTimestamps: true });
  return { top, source: join(top, 'source'), copy: join(top, 'state/files') };
};

beforeAll(async () => {
  await build({
    entryPoints: ['test/support/git-worker.ts'],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: worker,
  });
  const source = repository(join(start, 'source'));
  write(source, { 'staged.txt': 's\n' });
  git(source, 'add', 'staged.txt');
  mkdirSync(join(start, 'state'));
  const copy = join(start, 'state/files');
  base = work(['export', source, copy]).told?.base as GitBase;
  copyFiles(source, copy);
  git(copy, 'rm', '-q', '--cached', 'staged.txt');
  commit(copy, { 'a.txt': 'task\ntwo\nthree\n', 'dir/new.txt': 'n\n', '.gitignore': 'staged.txt\n' });
  for (const text of ['one', 'two']) {
    write(copy, { 'a.txt': text });
    git(copy, 'stash', '-q');
    kept.unshift(git(copy, 'rev-parse', 'stash').trim());
  }
  git(copy, 'tag', 'seen', 'HEAD~1');
  git(source, 'commit', '-q', '-m', 'user', '--allow-empty', '--only');
});

function expectWhole(source: string, what: string): void {
  expect(fsck(source), what).toBe('');
  expect(
    readdirSync(join(source, '.git')).filter((name) => name.includes('lock')),
    what,
  ).toEqual([]);
  expect(existsSync(join(source, '.git/headgate')), what).toBe(false);
  const all = readdirSync(join(source, '.git'), { recursive: true, encoding: 'utf8' });
  expect(
    all.filter((name) => name.endsWith('.lock')),
    what,
  ).toEqual([]);
}

const kinds: readonly (readonly [calls: string, all: boolean, wanted: number])[] = [
  ['rename,renameat,renameat2', false, 6],
  ['unlink,unlinkat,rmdir', false, 8],
  ['link,linkat,symlink', false, 4],
  ['fsync,fdatasync', false, 4],
  ['clone,clone3,vfork,fork', false, 10],
  ['rename,renameat,renameat2,link,linkat', true, 6],
  ['write,pwrite64', true, 10],
  ['execve', true, 3],
];

describe('an import', () => {
  it.each(kinds)('survives kill -9 at every %s (of git too: %s)', { timeout: sweepTime }, (calls, all, wanted) => {
    const first = places();
    const last = lastOf(calls, all, ['import', first.source, first.copy, JSON.stringify(base)]);
    expect(last).toBeGreaterThan(0);
    let killed = 0;
    for (const n of points(last, wanted)) {
      const { top, source, copy } = places();
      const args = ['import', source, copy, JSON.stringify(base)];
      const end = work(args, killAt(calls, all, n));
      if (end.killed || end.told?.fault) killed++;
      const what = `${calls} ${n} of ${last}: ${JSON.stringify(end)}`;
      // Before anybody comes again, everything is there too.
      expect(fsck(source), what).toBe('');
      const again = work(args).told;
      expect(again?.imported, `${what}, then ${JSON.stringify(again)}`).toBeDefined();
      expectWhole(source, what);
      const own = 'refs/headgate/kept/run-1';
      expect(refsOf(source), what).toBe(
        `${own}/stash ${kept[0]}\n${own}/stash-1 ${kept[1]}\n${own}/tags/seen ${base.head}\nrefs/heads/main ${headOf(source)}\n`,
      );
      const made = git(source, 'log', '--format=%s').trim().split('\n').sort();
      expect(made, what).toEqual(['Merge what a task did', 'change', 'first', 'user']);
      git(source, 'merge-base', '--is-ancestor', headOf(copy), 'HEAD');
      copyFiles(copy, source);
      write(source, { 'staged.txt': 's\n' });
      expect(status(source), what).toBe('A  staged.txt\0');
      expect(readdirSync(join(top, 'state')), what).toEqual(['files']);
      rmSync(top, { recursive: true });
    }
    expect(killed).toBeGreaterThan(0);
  });
});

describe('imports of several processes', () => {
  it('keep nobody out once they have ended, although their process lives on', async () => {
    const { source, copy } = places();
    expect(await importFrom({ root: source, copyRoot: copy, base, id: 'run-1' })).toHaveProperty('imported');
    expect(work(['import', source, copy, JSON.stringify(base)]).told?.imported).toBeDefined();
  });

  it('on one source at once wait for each other, and the last one leaves nothing', { timeout: sweepTime }, async () => {
    const { top, source } = places();
    const ends = await Promise.all(
      Array.from({ length: 6 }, (_, n) => {
        cpSync(join(top, 'state'), join(top, `state-${n}`), { recursive: true, preserveTimestamps: true });
        const args = [worker, 'import', source, join(top, `state-${n}/files`), JSON.stringify(base), `run-${n}`];
        return promisify(execFile)(process.execPath, args);
      }),
    );
    for (const { stdout } of ends) expect(JSON.parse(stdout)).toHaveProperty('imported');
    expectWhole(source, 'six at once');
    expect(git(source, 'log', '--format=%s').trim().split('\n')).toHaveLength(4);
  });
});

describe('an export', () => {
  it.each(kinds.filter(([calls]) => !/^(rename,renameat,renameat2$|link,linkat,s|fsync)/.test(calls)))(
    'survives kill -9 at every %s (of git too: %s)',
    { timeout: sweepTime },
    (calls, all, wanted) => {
      const first = places();
      const last = lastOf(calls, all, ['export', first.source, first.copy]);
      expect(last).toBeGreaterThan(0);
      let killed = 0;
      for (const n of points(last, wanted)) {
        const { top, source, copy } = places();
        rmSync(copy, { recursive: true });
        const before = [status(source), refsOf(source)];
        const end = work(['export', source, copy], killAt(calls, all, n));
        if (end.killed || end.told?.fault) killed++;
        const what = `${calls} ${n} of ${last}: ${JSON.stringify(end)}`;
        const again = work(['export', source, copy]).told;
        expect(again?.base?.head, what).toBe(headOf(source));
        copyFiles(source, copy);
        expect(status(copy), what).toBe(before[0]);
        expect([status(source), refsOf(source)], what).toEqual(before);
        expect(fsck(copy), what).toBe('');
        expectWhole(source, what);
        expect(readdirSync(join(top, 'state')), what).toEqual(['files']);
        rmSync(top, { recursive: true });
      }
      expect(killed).toBeGreaterThan(0);
    },
  );
});
