/** A state folder that cannot be written, or not even be read: refused by name by every command that needs to, and told by the others. */
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, type RunOptions } from '../support/run/cli-run.ts';
import { checkChain, runFolders } from '../support/run/journal.ts';
import { storedLines } from '../support/run/leftovers.ts';
import { scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options } = useRuns();
const isRoot = process.getuid?.() === 0;

/** The folder as a file system that nobody can write to, for one command alone. */
const readOnly = (stateDir: string): readonly string[] => [
  'unshare',
  isRoot ? '-m' : '-Urm',
  'sh',
  '-c',
  'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"',
  stateDir,
];

/** A user who is nobody, for one command alone; the command line lies where this user may enter. */
function asNobody(): readonly string[] {
  chmodSync(folder, 0o755);
  const repository = join(folder, 'repository');
  mkdirSync(repository, { recursive: true });
  const script = `mount --bind ${resolve('.')} ${repository} && node=$1 && shift 2 && exec setpriv --reuid=51234 --regid=51234 --clear-groups "$node" ${repository}/dist/cli.cjs "$@"`;
  return ['unshare', '-m', 'sh', '-c', script, 'sh'];
}

function failed(): { readonly given: RunOptions; readonly scenario: string; readonly id: string } {
  const given = options();
  const scenario = lay(scenarioOf({ one: task('one'), two: task('two', 3) }));
  headgate(['run', scenario], given);
  return { given, scenario, id: runFolders(given.stateDir)[0] as string };
}

describe('a state folder that is read-only', () => {
  it('begins no run and goes on with none: state_unwritable', () => {
    const { given, scenario, id } = failed();
    const journal = join(given.stateDir, 'runs', id, 'journal.ndjson');
    const before = readFileSync(journal, 'utf8');
    for (const command of [
      ['run', scenario],
      ['resume', id, '--redo', '/two'],
    ]) {
      const end = headgate(command, { ...given, wrap: readOnly(given.stateDir) });
      expect(end.status, end.stdout + end.stderr).toBe(3);
      expect(end.stderr).toMatch(/^blocked\[state_unwritable\]: .*EROFS/m);
      expect(end.stderr).toMatch(/= help: make it writable, or keep the state elsewhere with --state-dir/);
      expect(end.stderr).toMatch(command[0] === 'resume' ? new RegExp(`\nBLOCKED ${id}\n$`) : /\nBLOCKED\n$/);
    }
    expect(runFolders(given.stateDir)).toEqual([id]);
    expect(readFileSync(journal, 'utf8')).toBe(before);
    expect([...storedLines(given.stateDir, 'count')].sort()).toEqual(['one', 'two']);
  });

  it('still tells what its runs came to', () => {
    const { given, id } = failed();
    const wrap = readOnly(given.stateDir);
    const status = headgate(['status', id], { ...given, wrap });
    expect(status.status, status.stderr).toBe(0);
    expect(status.stdout).toContain(`${id} FAILED`);
    expect(headgate(['ps'], { ...given, wrap }).stdout).toContain(id);
    expect(headgate(['logs', id], { ...given, wrap }).stdout).toContain('two has run');
  });

  it('goes on with it once it can be written', () => {
    const { given, id } = failed();
    headgate(['resume', id, '--redo', '/two'], { ...given, wrap: readOnly(given.stateDir) });
    const end = headgate(['resume', id, '--redo', '/two'], given);
    expect(end.status, end.stderr).toBe(4);
    expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true });
  });
});

describe('a state folder of somebody else', () => {
  it.runIf(isRoot)('is refused as state_unreadable by every command that looks for a run', () => {
    const { given, id } = failed();
    for (const command of [['status', id], ['resume', id], ['stop'], ['logs'], ['ps']]) {
      const end = headgate(command, { ...given, wrap: asNobody() });
      expect(end.status, end.stdout + end.stderr).toBe(3);
      expect(end.stderr).toContain(`blocked[state_unreadable]: ${given.stateDir}: the runs cannot be read: EACCES`);
      expect(end.stderr).toMatch(/= help: .*--state-dir\nBLOCKED\n$/);
    }
  });

  it.runIf(isRoot)('is refused as journal_corrupt where a single run cannot be read', () => {
    const { given, id } = failed();
    const runs = join(given.stateDir, 'runs');
    for (const path of [given.stateDir, runs, join(runs, id)]) chmodSync(path, 0o755);
    expect(statSync(join(runs, id, 'journal.ndjson')).mode & 0o777).toBe(0o600);
    const end = headgate(['status', id], { ...given, wrap: asNobody() });
    expect(end.status, end.stdout + end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[journal_corrupt\]: .*it cannot be read: EACCES/);
  });
});

describe('a run that was begun on another machine', () => {
  it('is not gone on with from here: other_host', () => {
    const { given, id } = failed();
    const record = join(given.stateDir, 'runs', id, 'owner.json');
    const host = 'elsewhere.example';
    writeFileSync(record, JSON.stringify({ pid: 1, startTime: '1', bootId: 'another', host }));
    const end = headgate(['resume', id, '--redo', '/two'], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toContain(`blocked[other_host]: ${id}: a process of the machine ${host} has it`);
    expect(end.stderr).toMatch(new RegExp(`remove ${record}\nBLOCKED ${id}\n$`));
    expect([...storedLines(given.stateDir, 'count')].sort()).toEqual(['one', 'two']);
  });
});
