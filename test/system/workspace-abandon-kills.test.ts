/** A finalize that was cut off is given up, which is killed at every call of a kind; and so is the run that begins anew after it. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { fsck, git, refsOf, status } from '../support/git-fixture.ts';
import { headgate, type RunOptions } from '../support/run/cli-run.ts';
import { checkChain, journalLines, unfinished } from '../support/run/journal.ts';
import { countCalls, points, strace, sweepTime } from '../support/run/sweep.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { copiesLeft, differences, layTree, onlyRun, shown, textAt, workScenario } from '../support/run/workspaces.ts';

const { folder, lay, options } = useRuns();
const must = (command: string, ...args: readonly string[]): void => {
  const { status: code, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
};

/** What the task does, once; what it had done is there once more where it is done twice. */
const commits = 'git -c user.name=t -c user.email=t@e.x commit -q';
const does = `echo once >> log.txt; git rm -q gone.txt; mkdir new; echo 1 > new/a; echo 2 > new/b; git add -A; ${commits} -m task; echo rest > rest.txt; echo twice >> log.txt; rm other.txt`;

let given: RunOptions;
let id = '';
let source = '';
/** As the source was before the run, and all of it after the finalize was cut off. */
const before = join(folder, 'before');
const cutOff = join(folder, 'cut-off');
const wasTold = { refs: '', status: '' };

/** Of all but the repository, which git can be asked about: objects that nothing leads to stay in it. */
const differing = (): readonly string[] =>
  differences(before, source).filter((line) => !/^\S+ +\.git(\/|$)/.test(line));

/** What is under these paths becomes what it was: links to one file stay that. */
function putBack(): void {
  for (const [name, place] of [
    ['around', join(source, '..')],
    ['state', given.stateDir],
  ] as const) {
    rmSync(place, { recursive: true, force: true });
    must('cp', '-a', join(cutOff, name), place);
  }
}

beforeAll(() => {
  given = options();
  const root = lay(
    workScenario(
      { build: { does, settings: { workspace: 'src' } } },
      { src: { source: './around/tree', kind: 'git_worktree' } },
    ),
  );
  source = join(root, '../around/tree');
  layTree(source, { 'log.txt': '', 'gone.txt': 'x\n', 'other.txt': 'o\n', 'kept/k.txt': 'k\n' });
  git(source, 'init', '-q', '-b', 'main');
  git(source, 'add', '-A');
  git(source, 'commit', '-q', '-m', 'begin');
  layTree(source, { 'kept/k.txt': 'staged\n' });
  git(source, 'add', '-A');
  layTree(source, { 'mine.txt': 'mine\n' });
  Object.assign(wasTold, { refs: refsOf(source), status: status(source) });
  must('cp', '-a', source, before);
  must('cp', '-a', join(source, '..'), join(folder, 'at-first'));
  // Where it brings the changes back.
  const log = join(folder, 'renames');
  const counted = options();
  expect(headgate(['run', root], { ...counted, wrap: countCalls('rename,renameat,renameat2', log) }).status).toBe(0);
  const renames = readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('rename'));
  const applied = renames.flatMap((line, i) => (/\/(new|old)-\d+"/.test(line) ? [i + 1] : []));
  expect(applied.length, renames.join('\n')).toBeGreaterThan(2);
  rmSync(join(source, '..'), { recursive: true });
  must('cp', '-a', join(folder, 'at-first'), join(source, '..'));
  const at = String(applied.at(-1));
  const end = headgate(['run', root], { ...given, wrap: strace('rename,renameat,renameat2', 'signal=SIGKILL', at) });
  expect(end.signal, end.stderr).toBe('SIGKILL');
  id = onlyRun(given.stateDir);
  // Half of it is there, the branch has moved, and the rest lies ready.
  expect(refsOf(source)).not.toBe(wasTold.refs);
  expect(differing()).not.toEqual([]);
  expect(readdirSync(join(source, '..'))).toHaveLength(2);
  must('mkdir', cutOff);
  must('cp', '-a', join(source, '..'), join(cutOff, 'around'));
  must('cp', '-a', given.stateDir, join(cutOff, 'state'));
}, sweepTime);

const lastOf = (calls: string, args: readonly string[]): number => {
  const log = join(folder, 'calls');
  const end = headgate(args, { ...given, wrap: countCalls(calls, log) });
  expect(end.status, end.stderr).toBe(0);
  const names = new RegExp(`^(${calls.replaceAll(',', '|')})\\(`);
  return readFileSync(log, 'utf8')
    .split('\n')
    .filter((line) => names.test(line)).length;
};

const finalizeOf = (): string | undefined =>
  (shown(id, given) as unknown as { workspaces: { finalize: string }[] }).workspaces[0]?.finalize;
const giveUp = (): readonly string[] => ['finalize', id, '--abandon', 'it is not wanted'];
const ends = (): readonly unknown[] =>
  journalLines(given.stateDir, id).flatMap(({ type, actionId, data }) =>
    type === 'outcome' && actionId === 'workspace.finalize:workspaces.src:/build' ? [data['state']] : [],
  );

/** The source has nothing of what the task did, and everything that it had. */
function expectAsItWas(what: string): void {
  expect(differing(), what).toEqual([]);
  expect([refsOf(source), status(source)], what).toEqual([wasTold.refs, wasTold.status]);
  expect(readdirSync(join(source, '..')), what).toEqual(['tree']);
  expect(fsck(source), what).toBe('');
  expect(existsSync(join(source, '.git/headgate')), what).toBe(false);
  expect(
    readdirSync(join(source, '.git')).filter((name) => name.endsWith('.lock')),
    what,
  ).toEqual([]);
  expect(copiesLeft(given.stateDir, id), what).toEqual([]);
  expect(checkChain(given.stateDir, id), what).toMatchObject({ whole: true });
}

const kinds = [
  ['write,pwrite64', 8],
  ['rename,renameat,renameat2', 6],
  ['link,linkat,symlink', 4],
  ['unlink,unlinkat,rmdir', 10],
  ['fsync,fdatasync', 8],
  ['clone,clone3,vfork,fork', 5],
] as const;

describe('kill -9 while a finalize that was cut off is given up', () => {
  it.each(kinds)(
    'at every %s: asked again, the source, its branch and its index are as they were',
    { timeout: sweepTime },
    (calls, wanted) => {
      putBack();
      const last = lastOf(calls, giveUp());
      expectAsItWas('untouched');
      let killed = 0;
      for (const n of points(last, wanted)) {
        putBack();
        const what = `${calls} ${n} of ${last}`;
        const end = headgate(giveUp(), { ...given, wrap: strace(calls, 'signal=SIGKILL', String(n)) });
        if (end.signal === 'SIGKILL') killed++;
        const again = headgate(giveUp(), given);
        // It had been given up by then, and only its end was cut off.
        if (again.status !== 0) expect(again.stderr, what).toContain('nothing_to_finalize');
        expectAsItWas(what);
        expect(
          ends().filter((state) => state === 'cancelled'),
          what,
        ).toHaveLength(1);
        expect(shown(id, given), what).toMatchObject({
          workspaces: [{ finalize: 'abandoned', reason: 'it is not wanted' }],
        });
      }
      expect(killed).toBeGreaterThan(0);
    },
  );
});

describe('kill -9 while a run goes on after what it had done was given up', () => {
  const redo = (): readonly string[] => ['resume', id, '--redo', '/build'];

  it.each([
    ['rename,renameat,renameat2', 6],
    ['unlink,unlinkat,rmdir', 6],
    ['fsync,fdatasync', 8],
    ['write,pwrite64', 8],
  ] as const)('at every %s: what the task did is in the source, once', { timeout: sweepTime }, (calls, wanted) => {
    const begin = (): void => {
      putBack();
      expect(headgate(giveUp(), given).status).toBe(0);
    };
    begin();
    const last = lastOf(calls, redo());
    let killed = 0;
    for (const n of points(last, wanted)) {
      begin();
      const what = `${calls} ${n} of ${last}`;
      const end = headgate(redo(), { ...given, wrap: strace(calls, 'signal=SIGKILL', String(n)) });
      if (end.signal === 'SIGKILL') killed++;
      // Until a new copy is made, the task has to be asked for again; from then on the run goes on with it.
      let again = headgate(finalizeOf() === 'abandoned' ? redo() : ['resume', id], given);
      // Cut off while the task ran, nobody knows of its effect: that is given up too.
      if (again.stderr.includes('outcome_unknown')) {
        headgate(giveUp(), given);
        again = headgate(redo(), given);
      }
      expect([again.status, shown(id, given).state], `${what}: ${again.stderr}`).toEqual([0, 'COMPLETE']);
      expect(textAt(source, 'log.txt'), what).toBe('once\ntwice\n');
      expect(readdirSync(source).sort(), what).toEqual(['.git', 'kept', 'log.txt', 'mine.txt', 'new', 'rest.txt']);
      expect(git(source, 'log', '--format=%s'), what).toBe('task\nbegin\n');
      expect(status(source), what).toBe(' M log.txt\0 D other.txt\0?? rest.txt\0');
      expect(fsck(source), what).toBe('');
      expect(readdirSync(join(source, '..')), what).toEqual(['tree']);
      expect(copiesLeft(given.stateDir, id), what).toEqual([]);
      expect(unfinished(given.stateDir, id), what).toEqual([]);
      expect(checkChain(given.stateDir, id), what).toMatchObject({ whole: true });
    }
    expect(killed).toBeGreaterThan(0);
  });
});
