/** Workspaces of runs with real sandboxes: prepared, worked on, taken over; whoever needs what was done waits for that. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { finalizeRun } from '../../src/runtime/workspaces/finalize-run.ts';
import { headgate, launch, until } from '../support/run/cli-run.ts';
import { checkChain, journalLines, runFolders, unfinished } from '../support/run/journal.ts';
import { countCalls, points, recover, strace, sweepTime } from '../support/run/sweep.ts';
import { useRuns } from '../support/run/use-runs.ts';
import {
  copiesLeft,
  differences,
  layTree,
  linesOf,
  namesIn,
  onlyRun,
  shown,
  textAt,
  workScenario,
} from '../support/run/workspaces.ts';

const { lay, options, start } = useRuns();
const told = (stateDir: string, id: string): readonly string[] =>
  journalLines(stateDir, id).flatMap(({ type, actionId, data }) =>
    actionId?.includes('workspace') || actionId?.includes('task.run')
      ? [[type, actionId, data['state'] ?? data['event']].filter(Boolean).join(' ')]
      : [],
  );

/** What was to be written, and what was there before, next to a source. */
const stagingBeside = (source: string): readonly string[] =>
  readdirSync(join(source, '..')).filter((name) => name.startsWith('.headgate'));

describe('a task on a workspace', () => {
  it('003-C1.1 is given a copy, what it changed is taken over and nothing else is touched, and its dependent reads it', () => {
    const given = options();
    const root = lay(
      workScenario(
        {
          build: {
            does: 'pwd; echo "$HEADGATE_WORKSPACE"; echo new > made.txt; echo more >> edited.txt; rm gone.txt; chmod +x tool.sh; touch kept.txt',
            settings: { workspace: 'src' },
          },
          read: {
            does: 'cat made.txt edited.txt && test ! -e gone.txt',
            after: ['build'],
            settings: { workspace: 'src' },
          },
        },
        { src: { source: './tree', kind: 'dir' } },
      ),
    );
    const tree = join(root, '..', 'tree');
    layTree(tree, {
      'edited.txt': 'one\n',
      'gone.txt': 'x',
      'kept.txt': 'y',
      'tool.sh': '#!/bin/sh\n',
      'a/b/c.txt': 'deep',
    });
    const before = linesOf(tree);
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr + end.stdout).toBe(0);
    const id = onlyRun(given.stateDir);
    expect(textAt(tree, 'made.txt')).toBe('new\n');
    expect(textAt(tree, 'edited.txt')).toBe('one\nmore\n');
    expect(existsSync(join(tree, 'gone.txt'))).toBe(false);
    const after = linesOf(tree);
    const isOf = (name: string) => (line: string) => line.startsWith(`${name}\t`);
    for (const name of ['kept.txt', 'a', 'a/b', 'a/b/c.txt'])
      expect(after.filter(isOf(name))).toEqual(before.filter(isOf(name)));
    expect(after.find(isOf('tool.sh'))).toMatch(/\t755\t/);
    expect(told(given.stateDir, id)).toEqual([
      'intent workspace.prepare:workspaces.src:/build',
      'outcome workspace.prepare:workspaces.src:/build succeeded',
      'intent task.run:/build',
      'outcome task.run:/build succeeded',
      'intent workspace.finalize:workspaces.src:/build',
      'progress workspace.finalize:workspaces.src:/build staged',
      'outcome workspace.finalize:workspaces.src:/build succeeded',
      'intent workspace.prepare:workspaces.src:/read',
      'outcome workspace.prepare:workspaces.src:/read succeeded',
      'intent task.run:/read',
      'outcome task.run:/read succeeded',
      'intent workspace.finalize:workspaces.src:/read',
      'outcome workspace.finalize:workspaces.src:/read succeeded',
      'intent workspace.teardown:workspaces.src:/read',
      'outcome workspace.teardown:workspaces.src:/read succeeded',
      'intent workspace.teardown:workspaces.src:/build',
      'outcome workspace.teardown:workspaces.src:/build succeeded',
    ]);
    expect(copiesLeft(given.stateDir, id)).toEqual([]);
    expect(shown(id, given)).toMatchObject({ state: 'COMPLETE' });
    expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
    expect(stagingBeside(tree)).toEqual([]);
  });
});

/** `build` on one copy, and `read`, which needs what it did. */
const pair = (build: string, workspace: object = {}, read = 'cat made.txt'): ReturnType<typeof workScenario> =>
  workScenario(
    {
      build: { does: build, settings: { workspace: 'src' } },
      read: { does: read, after: ['build'], settings: { workspace: 'src' } },
    },
    { src: { source: './tree', kind: 'dir', ...workspace } },
  );
const laid = (files: ReturnType<typeof workScenario>, tree: Readonly<Record<string, string>> = { 'a.txt': 'a\n' }) => {
  const root = lay(files);
  const source = join(root, '..', 'tree');
  layTree(source, tree);
  return { root, source };
};
const starts = (stateDir: string, id: string): readonly string[] =>
  told(stateDir, id).filter((line) => line.startsWith('intent task.run'));

describe('a finalize that fails', () => {
  it('003-C1.9 closes its dependents and the run, by name; the copy stays; resolved and resumed, the dependents go on', () => {
    const given = options();
    // The source is edited by somebody else while the task runs: the task waits for that.
    const { root, source } = laid(pair('echo task > a.txt; echo new > made.txt; sleep 2'));
    const run = launch(['run', root], given);
    return until(
      () => told(given.stateDir, runFolders(given.stateDir)[0] ?? '-'),
      (lines) => lines.includes('intent task.run:/build'),
    )
      .then(() => writeFileSync(join(source, 'a.txt'), 'user\n'))
      .then(() => run.ended)
      .then((end) => {
        expect(end.status, end.stderr).toBe(3);
        expect(end.stderr).toMatch(
          /blocked\[workspace_unfinalized\]: src:\/build: workspace_conflict: both sides changed `a\.txt`/,
        );
        const id = onlyRun(given.stateDir);
        expect(textAt(source, 'a.txt')).toBe('user\n');
        expect(textAt(source, 'made.txt')).toBe('new\n');
        expect(textAt(given.stateDir, 'conflicts', id, 'src%3A%2Fbuild', 'a.txt')).toBe('task\n');
        expect(starts(given.stateDir, id)).toEqual(['intent task.run:/build']);
        expect(copiesLeft(given.stateDir, id)).toEqual(['src%3A%2Fbuild']);
        // Nothing has changed: asked again, it fails again, and does nothing twice.
        const again = headgate(['resume', id], given);
        expect(again.status, again.stderr).toBe(3);
        expect(starts(given.stateDir, id)).toEqual(['intent task.run:/build']);
        // Somebody makes the source what the task wanted.
        writeFileSync(join(source, 'a.txt'), 'task\n');
        const end2 = headgate(['resume', id], given);
        expect(end2.status, end2.stderr).toBe(0);
        expect(starts(given.stateDir, id)).toEqual(['intent task.run:/build', 'intent task.run:/read']);
        expect(copiesLeft(given.stateDir, id)).toEqual([]);
        expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
      });
  });

  it('where the copy wins, what the source had is kept beside it', async () => {
    const given = options();
    const { root, source } = laid(
      pair('echo task > a.txt; echo new > made.txt; sleep 2', { conflictPolicy: 'remote_wins' }),
    );
    const run = launch(['run', root], given);
    await until(
      () => told(given.stateDir, runFolders(given.stateDir)[0] ?? '-'),
      (lines) => lines.includes('intent task.run:/build'),
    );
    writeFileSync(join(source, 'a.txt'), 'user\n');
    const end = await run.ended;
    expect(end.status, end.stderr).toBe(0);
    const id = onlyRun(given.stateDir);
    expect(textAt(source, 'a.txt')).toBe('task\n');
    expect(textAt(given.stateDir, 'conflicts', id, 'src%3A%2Fbuild%source', 'a.txt')).toBe('user\n');
    expect(readdirSync(join(given.stateDir, 'workspaces'))).toEqual([]);
  });

  it('003-C1.2 a copy that was emptied halts it: nothing is removed from the source', () => {
    const given = options();
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`f${i}.txt`, `${i}\n`]));
    const { root, source } = laid(pair('rm -rf ./*'), files);
    const before = linesOf(source);
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/30 of 30 files are gone from the copy/);
    expect(linesOf(source)).toEqual(before);
  });
});

describe('a task that failed', () => {
  it('003-C1.10 is not finalized, which is told from one that was tried: its copy stays, is taken over on request, and releases nobody', async () => {
    const given = options();
    const { root, source } = laid(pair('echo half > made.txt; exit 7'));
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).toBe(4);
    const id = onlyRun(given.stateDir);
    expect(told(given.stateDir, id).filter((line) => line.includes('finalize'))).toEqual([]);
    expect(copiesLeft(given.stateDir, id)).toEqual(['src%3A%2Fbuild']);
    expect(existsSync(join(source, 'made.txt'))).toBe(false);
    const done = await finalizeRun({ stateDir: given.stateDir, id, component: '/build', how: { retry: true } });
    expect(done).toMatchObject({ workspaces: [{ id: 'src:/build', finalize: 'succeeded', written: ['made.txt'] }] });
    expect(textAt(source, 'made.txt')).toBe('half\n');
    expect(copiesLeft(given.stateDir, id)).toEqual([]);
    expect(headgate(['resume', id], given).status).toBe(4);
    expect(starts(given.stateDir, id)).toEqual(['intent task.run:/build']);
    expect(await finalizeRun({ stateDir: given.stateDir, id, how: { retry: true } })).toMatchObject({
      refused: { code: 'nothing_to_finalize' },
    });
  });

  it('003-C1.11 can be given up, with the reason recorded; a redo begins in a new copy', async () => {
    const given = options();
    const { root, source } = laid(
      pair('test ! -e half.txt || exit 8; echo half > half.txt; test -e a2.txt || exit 7; echo new > made.txt'),
    );
    expect(headgate(['run', root], given).status).toBe(4);
    const id = onlyRun(given.stateDir);
    const given_up = await finalizeRun({ stateDir: given.stateDir, id, how: { abandon: 'not worth it' } });
    expect(given_up).toMatchObject({
      workspaces: [{ id: 'src:/build', finalize: 'abandoned', reason: 'not worth it' }],
    });
    expect(existsSync(join(source, 'half.txt'))).toBe(false);
    expect(copiesLeft(given.stateDir, id)).toEqual([]);
    writeFileSync(join(source, 'a2.txt'), '');
    const end = headgate(['resume', id, '--redo', '/build'], given);
    expect(end.status, end.stderr).toBe(0);
    expect(textAt(source, 'half.txt')).toBe('half\n');
  });
});

describe('services with a workspace', () => {
  it('are finalized when they have stopped, and before their copy is taken away', async () => {
    const given = options();
    const { root, source } = laid(
      workScenario(
        { serve: { does: 'echo served > made.txt', serves: true, settings: { workspace: 'src' } } },
        { src: { source: './tree', kind: 'dir' } },
      ),
    );
    const run = await start(root, given);
    expect(existsSync(join(source, 'made.txt'))).toBe(false);
    const end = await run.stop();
    expect(end.status).toBe(5);
    expect(textAt(source, 'made.txt')).toBe('served\n');
    expect(copiesLeft(given.stateDir, run.id)).toEqual([]);
  });

  it('that conflict at the end are told, and the copy stays', async () => {
    const given = options();
    const { root, source } = laid(
      workScenario(
        { serve: { does: 'echo served > a.txt', serves: true, settings: { workspace: 'src' } } },
        { src: { source: './tree', kind: 'dir' } },
      ),
    );
    const run = await start(root, given);
    writeFileSync(join(source, 'a.txt'), 'user\n');
    const end = await run.stop();
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[workspace_unfinalized\]: src:\/serve/);
    expect(copiesLeft(given.stateDir, run.id)).toEqual(['src%3A%2Fserve']);
  });
});

describe('a copy that is shared', () => {
  it('has eight tasks in it at once, and is finalized once, when all have ended', () => {
    const given = options();
    const names = Array.from({ length: 8 }, (_, i) => `t${i}`);
    const tasks = names.map((name) => [name, { does: `echo ${name} > ${name}.txt`, settings: { workspace: 'src' } }]);
    const { root, source } = laid(
      workScenario(
        {
          ...Object.fromEntries(tasks),
          last: { does: 'test "$(cat t*.txt | wc -l)" = 8', after: names, settings: { workspace: 'own' } },
        },
        { src: { source: './tree', kind: 'dir', mode: 'shared' }, own: { source: './tree', kind: 'dir' } },
      ),
    );
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).toBe(0);
    const id = onlyRun(given.stateDir);
    expect(namesIn(source).filter((name) => name.startsWith('t')).length).toBe(8);
    expect(told(given.stateDir, id).filter((line) => line === 'intent workspace.finalize:workspaces.src')).toHaveLength(
      1,
    );
  });

  it('003-C3.2 is not taken in silence by who is configured otherwise: a new one is made, and that is said', () => {
    const given = options();
    const { root, source } = laid(
      workScenario(
        {
          one: { does: 'echo 1 > one.txt', settings: { workspace: 'src' } },
          two: { does: 'test ! -e one.txt; echo 2 > two.txt', settings: { workspace: 'src', profile: 'other' } },
        },
        { src: { source: './tree', kind: 'dir', mode: 'shared' } },
        { profiles: { other: { guidance: 'Otherwise.' } } },
      ),
    );
    const end = headgate(['run', root], given);
    expect(end.status, end.stderr).toBe(0);
    expect(end.stderr).toMatch(/reused_workspace_environment_mismatch.*src:\/two/);
    expect(namesIn(source)).toEqual(['a.txt', 'one.txt', 'two.txt']);
  });
});

describe('a run that is cancelled', () => {
  it('keeps its copies, and goes on in them when it is resumed', async () => {
    const given = options();
    const { root, source } = laid(pair('echo begun >> made.txt; test "$(wc -l < made.txt)" -ge 2 || sleep 60'));
    const { child, ended } = launch(['run', root], given);
    const copy = (): string =>
      join(given.stateDir, 'workspaces', runFolders(given.stateDir)[0] ?? '-', 'src%3A%2Fbuild', 'files', 'made.txt');
    await until(
      () => existsSync(copy()),
      (is) => is,
    );
    child.kill('SIGINT');
    expect((await ended).status).toBe(5);
    const id = onlyRun(given.stateDir);
    expect(existsSync(join(source, 'made.txt'))).toBe(false);
    expect(copiesLeft(given.stateDir, id)).toEqual(['src%3A%2Fbuild']);
    const end = headgate(['resume', id, '--redo', '/build'], given);
    expect(end.status, end.stderr).toBe(0);
    expect(textAt(source, 'made.txt')).toBe('begun\nbegun\n');
    expect(copiesLeft(given.stateDir, id)).toEqual([]);
  });
});

describe('two runs on one source', () => {
  it('have a copy each, and finalize one after the other', async () => {
    const shared = options();
    const file = (name: string) =>
      workScenario(
        { work: { does: `echo ${name} > ${name}.txt; sleep 1`, settings: { workspace: 'src' } } },
        { src: { source: '../tree', kind: 'dir' } },
      );
    const { root, source } = laid(file('x'));
    const trees = join(source, '..', '..', 'tree');
    layTree(trees, { 'a.txt': 'a\n' });
    const other = lay(file('y'));
    const args = ['--root', join(source, '..', '..'), '--trust-settings'];
    const [one, two] = await Promise.all(
      [root, other].map(
        (path) => launch(['run', path, ...args], { ...shared, stateDir: `${shared.stateDir}-${path === root}` }).ended,
      ),
    );
    expect([one?.status, two?.status], `${one?.stderr}${two?.stderr}`).toEqual([0, 0]);
    expect(namesIn(trees)).toEqual(['a.txt', 'x.txt', 'y.txt']);
  });
});

describe('headgate is killed at a write of its journal or its store, at each in turn', () => {
  const fsyncs = 'fsync,rename';
  it(
    '003-C1.13 and a resume comes to the same tree: nothing lost, nothing done twice',
    async () => {
      const scenario = () =>
        laid(pair('echo once >> log.txt; echo new > made.txt; rm -f gone.txt'), {
          'log.txt': '',
          'gone.txt': 'x',
          'kept.txt': 'k',
        });
      const counted = options();
      const untouched = scenario();
      const calls = join(counted.cwd ?? '', 'calls');
      const end = headgate(['run', untouched.root], { ...counted, wrap: countCalls(fsyncs, calls) });
      expect(end.status, end.stderr).toBe(0);
      const last = readFileSync(calls, 'utf8').trim().split('\n').length;
      for (const at of points(last, 14)) {
        const given = options();
        const { root, source } = scenario();
        const killed = headgate(['run', root], { ...given, wrap: strace(fsyncs, 'signal=SIGKILL', String(at)) });
        let { id, end: resumed } = recover(root, given);
        let isRedone = false;
        // Cut off while the task ran, nobody knows of its effect, and it is asked for again.
        if (resumed.status === 3 && resumed.stderr.includes('outcome_unknown')) {
          isRedone = true;
          const unknown = /outcome_unknown\]: (\S+)/.exec(resumed.stderr)?.[1] ?? '';
          resumed = headgate(['resume', id, '--redo', unknown.replace(/:$/, '')], given);
        }
        expect(resumed.status, `at ${at} of ${last}: ${killed.stderr}\n${resumed.stderr}`).toBe(0);
        id = runFolders(given.stateDir).at(-1) ?? id;
        expect(namesIn(source), `at ${at}`).toEqual(['kept.txt', 'log.txt', 'made.txt']);
        if (!isRedone) expect(textAt(source, 'log.txt'), `at ${at}`).toBe('once\n');
        if (textAt(source, 'log.txt') === 'once\n')
          expect(differences(untouched.source, source), `at ${at}`).toEqual([]);
        expect(copiesLeft(given.stateDir, id), `at ${at}`).toEqual([]);
        expect(unfinished(given.stateDir, id), `at ${at}`).toEqual([]);
        expect(stagingBeside(source), `at ${at}`).toEqual([]);
        expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
      }
    },
    sweepTime,
  );
});

describe('where a workspace is found', () => {
  it('is the copy itself for a program without a sandbox, which takes nothing away from the source', () => {
    const given = options();
    const { root, source } = laid(
      workScenario(
        {
          host: {
            does: 'pwd > where.txt; echo "$HEADGATE_WORKSPACE" >> where.txt',
            settings: { workspace: 'src', profile: 'bare' },
          },
        },
        { src: { source: './tree', kind: 'dir' } },
        { profiles: { bare: { sandbox: { mode: 'none' } } } },
      ),
    );
    const end = headgate(['run', root, '--no-sandbox', '--trust-settings'], given);
    expect(end.status, end.stderr).toBe(0);
    const id = onlyRun(given.stateDir);
    const files = join(given.stateDir, 'workspaces', id, 'src%3A%2Fhost', 'files');
    expect(textAt(source, 'where.txt')).toBe(`${files}\n${files}\n`);
  });

  it('is writable in a sandbox that checks itself, while the source and its .git are not', () => {
    const given = options();
    const { root, source } = laid(
      workScenario(
        { build: { does: 'echo "$HEADGATE_PERMISSIONS" > may.txt', settings: { workspace: 'src', profile: 'wide' } } },
        { src: { source: './tree', kind: 'dir' } },
        {
          profiles: {
            wide: { runtime: { mode: 'evidence' }, sandbox: { mode: 'ref', ref: 'box' }, permissions: 'approve-all' },
          },
          sandboxes: { box: {} },
        },
      ),
    );
    const end = headgate(['run', root, '--trust-settings'], given);
    expect(end.status, end.stderr).toBe(0);
    expect(textAt(source, 'may.txt')).toBe('approve-all\n');
  });

  it('is refused where it would wait for itself', () => {
    const given = options();
    const end = headgate(
      [
        'run',
        lay(
          workScenario(
            {
              a: { does: 'true', settings: { workspace: 'src' } },
              b: { does: 'true', after: ['a'], settings: { workspace: 'own' } },
              c: { does: 'true', after: ['b'], settings: { workspace: 'src' } },
            },
            { src: { source: '.', kind: 'dir', mode: 'shared' }, own: { source: '.', kind: 'dir' } },
          ),
        ),
      ],
      given,
    );
    expect(end.stderr).toMatch(/settings\/workspace-cycle/);
  });
});
