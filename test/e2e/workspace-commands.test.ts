/** What people see of workspaces, and what they say about conflicts: through the built command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { acquireLock, type Lock } from '../../src/adapters/files/lock.ts';
import { copyPlaces } from '../../src/runtime/workspaces/places.ts';
import { type CliRun, runCli, startCli } from '../support/cli.ts';
import { keptId, keptRun } from '../support/run/kept-run.ts';
import { createTempFolder } from '../support/temp-folder.ts';
import { type CopyLaid, type WorkspaceRun, workspaceRun } from '../support/workspace-run.ts';

const temp = createTempFolder();
afterAll(() => temp.remove());
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(temp.path, 'run-'));
});

const hostile = 'x\x1b[31m\n\xff';
const base = { 'a.txt': 'one\ntwo\n', 'b.bin': new Uint8Array([0, 1]), 'run.sh': 'true\n', gone: 'x\n', mine: '1\n' };
const edited: CopyLaid = {
  base,
  source: { ...base, 'a.txt': 'one\ntwo\nmine\n', mine: '2\n' },
  copy: {
    'a.txt': 'one\ntwo\ntheirs \x1b[31mred\n',
    'b.bin': new Uint8Array([0, 1, 2]),
    'run.sh': '* true\n',
    mine: '1\n',
    link: '-> a.txt',
    [hostile]: 'new\n',
  },
  conflicts: [{ path: 'a.txt', kind: 'merge', kept: true }],
  finalize: 'failed',
};

const command = ({ stateDir }: Pick<WorkspaceRun, 'stateDir'>, args: readonly string[]): CliRun =>
  runCli([...args, '--state-dir', stateDir], { cwd: folder });
const told = (run: Pick<WorkspaceRun, 'stateDir'>, ...args: readonly string[]): string => {
  const { status, stdout, stderr } = command(run, args);
  expect(status, stderr).toBe(0);
  return stdout;
};

const journalOf = ({ stateDir, id }: WorkspaceRun): string =>
  readFileSync(join(stateDir, 'runs', id, 'journal.ndjson'), 'utf8');

/** A run that somebody keeps. Who wants it waits for a long time, which goes on beside the other tests. */
async function keep(): Promise<{
  readonly run: WorkspaceRun;
  readonly before: string;
  readonly lock: Lock;
  readonly refused: Promise<CliRun>;
}> {
  const place = mkdtempSync(join(temp.path, 'kept-'));
  const run = workspaceRun(place, { '/a': edited });
  const lock = await acquireLock(join(run.stateDir, 'runs', run.id));
  if ('heldBy' in lock) throw new Error('held');
  const before = journalOf(run);
  const args = ['workspace', 'resolve', 'last', 'a.txt', '--take', 'local', '--state-dir', run.stateDir];
  return { run, before, lock, refused: startCli(args, { cwd: place }).ended };
}
let kept: ReturnType<typeof keep>;
beforeAll(async () => {
  kept = keep();
  await kept;
});

describe('resume without a run', () => {
  const last = (cwd: string): string => runCli(['resume', '--state-dir', join(folder, 'state')], { cwd }).stderr;

  it('says which one the last is, where that is of another folder', () => {
    keptRun('v1', join(folder, 'state'), undefined, join(temp.path, 'scenario'));
    const told = `the last run is ${keptId}, of ${join(temp.path, 'scenario')}; `;
    expect(last(folder)).toContain(told);
    expect(last(temp.path)).not.toContain('the last run is');
  });
});

describe('workspace diff', () => {
  it('shows links that lead out of the workspace, on both sides, and goes on', () => {
    const run = workspaceRun(folder, {
      '/a': { base: { a: '1' }, source: { a: '1', mine: '-> /etc' }, copy: { a: '2', out: '-> ../../x' } },
    });
    const text = told(run, 'workspace', 'diff', 'last');
    expect(text).toContain('out of the copy leads out of the workspace, to ../../x: its finalize refuses that\n');
    expect(text).toContain('mine of the source leads out of the workspace, to /etc: its finalize refuses that\n');
    expect(text).toMatch(/^added +- +out +a link to \.\.\/\.\.\/x$/m);
    const json = JSON.parse(told(run, 'workspace', 'diff', 'last', '--format', 'json'));
    expect(json.copies[0].leaving).toEqual({
      copy: [{ path: 'out', target: '../../x' }],
      source: [{ path: 'mine', target: '/etc' }],
    });
  });

  it('shows what each side has turned, and the lines of texts, and nothing that a terminal obeys', () => {
    const run = workspaceRun(folder, { '/a': edited });
    const text = told(run, 'workspace', 'diff', 'last');
    const [head, ...lines] = text.replaceAll(folder, '<folder>').replaceAll(run.id, '<run>').split('\n');
    expect(head).toBe('src:/a: copy <folder>/state/workspaces/<run>/src%3A%2Fa/files, source <folder>/source');
    expect(lines).toEqual([
      'COPY     SOURCE   PATH            IS',
      'changed  changed  a.txt           conflict: a file of 13 bytes / a file of 24 bytes',
      'changed  -        b.bin           a file of 3 bytes',
      'removed  -        gone            a file of 2 bytes',
      'added    -        link            a link to a.txt',
      '-        changed  mine            a file of 2 bytes',
      'mode     -        run.sh          an executable file of 5 bytes',
      'added    -        x%1B[31m%0A%FF  a file of 4 bytes',
      'copy: 2 added, 2 changed, 1 removed, 1 mode; 1 changed in the source alone; 1 in conflict',
      '',
      '--- a/a.txt',
      '+++ b/a.txt',
      '@@ -1,3 +1,3 @@',
      ' one',
      ' two',
      '-mine',
      '+theirs \u241b[31mred',
      '',
      "b.bin: a file of 2 bytes -> a file of 3 bytes: the source's is not a text in UTF-8",
      '',
      '--- a/gone',
      '+++ b/gone',
      '@@ -1,1 +0,0 @@',
      '-x',
      '',
      'link: nothing -> a link to a.txt',
      '',
      'run.sh: it becomes executable',
      '',
      '--- a/x%1B[31m%0A%FF',
      '+++ b/x%1B[31m%0A%FF',
      '@@ -0,0 +1,1 @@',
      '+new',
      '',
    ]);
    const short = told(run, 'workspace', 'diff', 'last', '/a', '--stat');
    expect(short).toContain('copy: 2 added');
    expect(short).not.toContain('@@');
  });

  it('says the same to programs, with the lines as they are', () => {
    const run = workspaceRun(folder, { '/a': edited });
    const { version, run: id, copies } = JSON.parse(told(run, 'workspace', 'diff', run.id, '--format', 'json'));
    expect({ version, id }).toEqual({ version: 1, id: run.id });
    expect(copies).toHaveLength(1);
    const [copy] = copies;
    expect(copy).toMatchObject({
      id: 'src:/a',
      workspace: 'src',
      users: ['/a'],
      finalize: 'failed',
      source: run.source,
      files: copyPlaces(run.stateDir, run.id, 'src:/a').files,
      counts: { copy: { added: 2, changed: 2, removed: 1, mode: 1, type: 0 }, sourceAlone: 1, conflicts: 1 },
      left: 0,
    });
    const [first] = copy.paths;
    expect(first).toMatchObject({
      path: 'a.txt',
      copy: 'changed',
      source: 'changed',
      conflict: true,
      base: { kind: 'file', executable: false, size: 8, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
      diff: expect.stringContaining('+theirs \u001b[31mred\n'),
    });
    expect(copy.paths.find(({ path }: { path: string }) => path === 'gone')).toMatchObject({ remote: null });
  });

  it('is of the copies that are named: by id, workspace or component', () => {
    const same: CopyLaid = { base, source: edited.source, copy: base };
    const run = workspaceRun(folder, { '/a': edited, '/b': same });
    for (const name of ['src:/b', '/b'])
      expect(told(run, 'workspace', 'diff', 'last', name, '--stat')).toMatch(/^src:\/b: .*\nCOPY.*\n- {2,}changed/);
    for (const name of [[], ['src']])
      expect(told(run, 'workspace', 'diff', 'last', ...name, '--stat').match(/^src:/gm)).toHaveLength(2);
  });

  it('has bounds: what is beyond them is named, or counted', () => {
    const lines = (name: string): string => `${name} ${'x'.repeat(70)}\n`.repeat(12_000);
    const large = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, lines(name)]));
    const many = Object.fromEntries(Array.from({ length: 10_001 }, (_, index) => [`m/${index}`, '']));
    const run = workspaceRun(folder, { '/a': { base: {}, source: {}, copy: { ...large, ...many } } });
    const [copy] = JSON.parse(told(run, 'workspace', 'diff', '--format', 'json')).copies;
    expect([copy.paths.length, copy.left, copy.counts.copy.added]).toEqual([10_000, 8, 10_008]);
    const shown = copy.paths.filter(({ path }: { path: string }) => path in large);
    expect(shown.map(({ diff }: { diff?: string }) => diff !== undefined)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    expect(shown[5].notes).toEqual(['its lines are left out: too many differ before it']);
    expect(told(run, 'workspace', 'diff', '--stat')).toMatch(/^and 8 more$/m);
  });

  it('names a copy that is gone, and a record that is, with what helps', () => {
    const run = workspaceRun(folder, { '/a': edited });
    rmSync(copyPlaces(run.stateDir, run.id, 'src:/a').folder, { recursive: true });
    expect(command(run, ['workspace', 'diff', 'last'])).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringMatching(/^blocked\[workspace_copy_missing\]: src:\/a: .*\n {2}= help: /),
    });
    expect(told(run, 'workspace', 'conflicts', 'last')).toContain('a.txt');
    rmSync(join(run.stateDir, 'store'), { recursive: true });
    expect(command(run, ['workspace', 'diff', 'last']).status).toBe(3);
  });
});

describe('workspace conflicts', () => {
  it('names the three sides, and the commands that settle each', () => {
    const run = workspaceRun(folder, { '/a': edited });
    const { status, stdout, stderr } = command(run, ['workspace', 'conflicts']);
    expect(status).toBe(0);
    expect(stdout.replaceAll(folder, '<folder>').replaceAll(run.id, '<run>').split('\n')).toEqual([
      'a.txt  (src:/a, merge, pending)',
      expect.stringMatching(/^ {2}base {4}a file of 8 bytes, sha256 [0-9a-f]{12}$/),
      '  local   <folder>/source/a.txt',
      '  remote  <folder>/state/conflicts/<run>/src%3A%2Fa/a.txt',
      '  = help: headgate workspace resolve <run> a.txt --take local',
      '  = help: headgate workspace resolve <run> a.txt --take remote',
      '',
    ]);
    expect(stderr).toContain(`headgate finalize ${run.id} --retry`);
    const { conflicts } = JSON.parse(told(run, 'workspace', 'conflicts', '--format', 'json'));
    expect(conflicts).toMatchObject([
      {
        copy: 'src:/a',
        path: 'a.txt',
        kind: 'merge',
        resolution: 'pending',
        base: { size: 8 },
        source: `${run.source}/a.txt`,
      },
    ]);
  });

  it('says so where there are none', () => {
    const run = workspaceRun(folder, { '/a': { base, source: base, copy: base } });
    expect(told(run, 'workspace', 'conflicts')).toBe(`${run.id} has no conflicts\n`);
  });
});

describe('workspace resolve', () => {
  const resolutionOf = (run: WorkspaceRun): readonly string[] =>
    JSON.parse(told(run, 'workspace', 'conflicts', '--format', 'json')).conflicts.map(
      ({ copy, path, resolution }: Record<string, string>) => `${copy} ${path} ${resolution}`,
    );

  it('writes down whose side counts, which may be said otherwise later', () => {
    const run = workspaceRun(folder, { '/a': edited });
    expect(told(run, 'workspace', 'resolve', 'last', 'a.txt', '--take', 'remote')).toBe(
      'a.txt of src:/a: take remote\n',
    );
    expect(resolutionOf(run)).toEqual(['src:/a a.txt remote']);
    expect(told(run, 'workspace', 'resolve', 'last', 'a.txt', '--take', 'local', '--format', 'json')).toBe(
      `${JSON.stringify({ version: 1, run: run.id, resolved: [{ copy: 'src:/a', path: 'a.txt', take: 'local' }] }, null, 2)}\n`,
    );
    expect(resolutionOf(run)).toEqual(['src:/a a.txt local']);
    // A run that is over stays as it was judged.
    expect(told(run, 'status')).toMatch(/BLOCKED/);
  });

  it('settles all that nobody has settled, of one copy or of all', () => {
    const both = {
      ...edited,
      conflicts: ['a.txt', 'b'].map((path) => ({ path, kind: 'merge' as const, kept: false })),
    };
    const run = workspaceRun(folder, { '/a': both, '/b': both });
    told(run, 'workspace', 'resolve', 'last', 'b', '--take', 'remote', '--copy', 'src:/b');
    told(run, 'workspace', 'resolve', 'last', '--all', '--take', 'local', '--copy', '/a');
    expect(resolutionOf(run)).toEqual([
      'src:/a a.txt local',
      'src:/a b local',
      'src:/b a.txt pending',
      'src:/b b remote',
    ]);
    told(run, 'workspace', 'resolve', 'last', '--all', '--take', 'local');
    expect(resolutionOf(run)).toContain('src:/b b remote');
    expect(resolutionOf(run)).toContain('src:/b a.txt local');
    const { status, stdout, stderr } = command(run, ['workspace', 'resolve', 'last', '--all', '--take', 'local']);
    expect([status, stdout]).toEqual([0, '']);
    expect(stderr).toContain('no conflict');
  });

  it('is refused while somebody has the run', async () => {
    const { run, before, refused, lock } = await kept;
    expect(await refused).toMatchObject({
      status: 3,
      stdout: '',
      stderr: expect.stringContaining('blocked[already_running]'),
    });
    await lock.release();
    expect(journalOf(run)).toBe(before);
  });

  it.each([
    [['resolve', 'last', '--take', 'local'], 2, 'name a path, or pass --all'],
    [['resolve', 'last', 'a.txt', '--all', '--take', 'local'], 2, '--all is for all paths'],
    [['resolve', 'last', 'a.txt'], 2, '--take'],
    [['resolve', 'last', 'a.txt', '--take', 'mine'], 2, 'local'],
    [['resolve', 'last', 'a.tx', '--take', 'local'], 2, 'did you mean `a.txt`?'],
    [['resolve', 'last', 'nothing-like-it', '--take', 'local'], 2, 'lists them'],
    [['resolve', 'last', 'a.txt', '--take', 'local', '--copy', 'src:/aa'], 2, 'did you mean `src:/a`?'],
    [['resolve', 'nope', 'a.txt', '--take', 'local'], 2, 'there is no run `nope`'],
    [['diff', 'last', 'nothing-like-it'], 2, 'it has `src:/a`'],
    [['diff', 'last', 'scr'], 2, 'did you mean `src`?'],
    [['conflicts', 'nope'], 2, '`headgate ps` lists them'],
  ])('says what is wrong with %j', (args, status, why) => {
    const run = workspaceRun(folder, { '/a': edited });
    const done = command(run, ['workspace', ...args]);
    expect(done, done.stderr).toMatchObject({ status, stdout: '', stderr: expect.stringContaining(why) });
    expect(done.stderr).not.toMatch(/\n +at /);
  });

  it('asks which copy is meant where several have a conflict there', () => {
    const run = workspaceRun(folder, { '/a': edited, '/b': edited });
    const done = command(run, ['workspace', 'resolve', 'last', 'a.txt', '--take', 'local']);
    expect(done).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('`src:/a` and `src:/b`; say which with --copy'),
    });
    expect(told(run, 'workspace', 'conflicts', 'last')).toContain('a.txt --take local --copy src:/b');
  });

  it('is refused where the copy is finalized', () => {
    const run = workspaceRun(folder, { '/a': { ...edited, finalize: 'succeeded' } });
    const done = command(run, ['workspace', 'resolve', 'last', 'a.txt', '--take', 'local']);
    expect(done).toMatchObject({ status: 3, stderr: expect.stringContaining('blocked[workspace_finalized]: src:/a') });
  });
});

describe('a run without workspaces', () => {
  it.each([['diff', 'last'], ['conflicts'], ['resolve', 'last', '--all', '--take', 'local']])(
    'has none for %s',
    (...args) => {
      keptRun('v1', join(folder, 'state'));
      const done = command({ stateDir: join(folder, 'state') }, ['workspace', ...args]);
      expect(done).toMatchObject({ status: 2, stderr: expect.stringContaining(`run \`${keptId}\` has no workspaces`) });
    },
  );
});

describe('status', () => {
  it('tells each copy, and the command that settles each conflict', () => {
    const run = workspaceRun(folder, { '/a': edited });
    const text = told(run, 'status');
    expect(text).toMatch(/^src:\/a +\/a +there +failed +0 +0 +1 /m);
    expect(text).toContain(
      `src:/a conflict at a.txt: headgate workspace resolve ${run.id} a.txt --take local, or remote`,
    );
    const { workspaces } = JSON.parse(told(run, 'status', '--format', 'json'));
    expect(workspaces).toMatchObject([
      { id: 'src:/a', finalize: 'failed', conflicts: [{ path: 'a.txt', kind: 'merge' }] },
    ]);
  });
});

describe('explain of a run', () => {
  it('tells why, and what became of the copy of a component, with the command that settles each conflict', () => {
    const run = workspaceRun(folder, { '/a': edited, '/b': { ...edited, finalize: 'succeeded', conflicts: [] } });
    const text = told(run, 'explain', 'last', '/a');
    expect(text).toMatch(/^ {2}workspace {2}src: copy `src:\/a` of source \(dir, isolated\)$/m);
    expect(text.slice(text.indexOf('  run '))).toContain(
      [
        `  run        ${run.id} BLOCKED`,
        '             workspace src:/a: copy there, finalize failed',
        '             failed[workspace_conflict]: both sides changed the same paths',
        `             conflict at a.txt: headgate workspace resolve ${run.id} a.txt --take local, or remote`,
      ].join('\n'),
    );
    expect(text).toContain(`  written    scenario.yaml:3:3`);
    expect(text).not.toContain('src:/b');
    const { explained, run: state } = JSON.parse(told(run, 'explain', run.id, '/a', '--format', 'json'));
    expect(explained).toMatchObject([{ kind: 'component', workspace: { copy: 'src:/a' } }]);
    expect(state).toMatchObject({ id: run.id, workspaces: [{ id: 'src:/a', conflicts: [{ path: 'a.txt' }] }] });
  });

  it('tells what was given up, and why', () => {
    const run = workspaceRun(folder, { '/a': edited });
    told(run, 'finalize', 'last', '--abandon', 'no use');
    expect(told(run, 'explain', 'last', '/a')).toContain('             abandoned: no use\n');
  });

  it.each([
    [['20200101-000000-abcd', '/a'], 'there is no run `20200101-000000-abcd`'],
    [['last', '/aa'], 'did you mean `/a`?'],
    [['last', '/a', '--without', 'p'], 'name the scenario'],
    [['last', '--without', 'p'], 'name the scenario'],
    [['last'], 'name an edge, an export or a component after `last`'],
  ])('says what is wrong with %j', (args, why) => {
    const run = workspaceRun(folder, { '/a': edited });
    const done = command(run, ['explain', ...args]);
    expect(done, done.stderr).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining(why) });
  });

  it('is of a file, where there is one of that name', () => {
    const run = workspaceRun(folder, { '/a': edited });
    writeFileSync(join(folder, 'last'), 'nothing');
    const done = command(run, ['explain', 'last', '/a']);
    expect([done.status, done.stdout]).toEqual([1, '']);
  });
});
