/** Conflicts of a run that lives are settled over its own interface, and those of one that has ended in its folder. */
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { WorkspaceStatus } from '../../src/ir/workspace-status.ts';
import { runPaths } from '../../src/runtime/state/run-folder.ts';
import { copyName, copyPlaces } from '../../src/runtime/workspaces/places.ts';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { ask, socketOf } from '../support/run/control.ts';
import { checkChain, runFolders } from '../support/run/journal.ts';
import { useRuns } from '../support/run/use-runs.ts';
import { layTree, textAt, workScenario } from '../support/run/workspaces.ts';

const { lay, options } = useRuns();

const copyOf = (given: RunOptions): WorkspaceStatus | undefined => {
  const { status, stdout } = headgate(['status', 'last', '--format', 'json'], given);
  return status === 0 ? (JSON.parse(stdout) as { workspaces: WorkspaceStatus[] }).workspaces[0] : undefined;
};

/** A task writes a line while somebody else does; with a service, the run goes on after that. */
async function conflicting(
  serves: boolean,
): Promise<{ given: RunOptions; tree: string; id: string; ended: Promise<unknown> }> {
  const given = options();
  const edit = { does: 'sleep 6; echo theirs >> notes.txt; echo new > new.txt', settings: { workspace: 'src' } };
  const stays = { does: 'true', serves: true } as const;
  const root = lay(workScenario({ edit, ...(serves ? { stays } : {}) }, { src: { source: './tree', kind: 'dir' } }));
  const tree = join(root, '..', 'tree');
  layTree(tree, { 'notes.txt': 'one\n' });
  const { ended } = launch(['run', root], given);
  await until(
    () => copyOf(given),
    (copy) => copy?.prepared === true,
    60_000,
  );
  appendFileSync(join(tree, 'notes.txt'), 'mine\n');
  await until(
    () => copyOf(given),
    (copy) => copy?.finalize === 'failed',
    60_000,
  );
  expect([textAt(tree, 'notes.txt'), textAt(tree, 'new.txt')]).toEqual(['one\nmine\n', 'new\n']);
  return { given, tree, id: runFolders(given.stateDir)[0] ?? '', ended };
}

describe('003-C5 a conflict', () => {
  it('is settled while the run lives: what the copy has is taken, and the chain of its journal is whole', async () => {
    const { given, tree, id, ended } = await conflicting(true);
    const socket = socketOf(given.stateDir, id);
    expect(socket).toBeDefined();
    const told = async (body: unknown): Promise<readonly [number, string]> => {
      const { status, text } = await ask(socket ?? '', '/v1/workspaces/resolve', {
        method: 'POST',
        body: JSON.stringify(body),
      });
      return [status, (JSON.parse(text) as { code?: string }).code ?? ''];
    };
    const one = { copy: 'src:/edit', path: 'notes.txt', take: 'local' };
    expect(await told({ resolutions: [{ ...one, path: 'other' }] })).toEqual([404, 'conflict_unknown']);
    for (const wrong of [
      {},
      { resolutions: [] },
      { resolutions: [{ ...one, take: 'mine' }] },
      { resolutions: [one], more: 1 },
    ])
      expect(await told(wrong)).toEqual([400, 'body_invalid']);
    expect(await told({ resolutions: [one] })).toEqual([200, '']);
    // Said otherwise since.
    const resolved = headgate(['workspace', 'resolve', id, 'notes.txt', '--take', 'remote'], given);
    expect(resolved).toMatchObject({ status: 0, stdout: 'notes.txt of src:/edit: take remote\n' });
    expect(copyOf(given)?.conflicts).toMatchObject([{ path: 'notes.txt', resolution: 'remote' }]);
    const finalized = headgate(['finalize', id, '--retry'], given);
    expect(finalized.status, finalized.stderr).toBe(0);
    expect(textAt(tree, 'notes.txt')).toBe('one\ntheirs\n');
    headgate(['stop', id], given);
    await ended;
    checkChain(given.stateDir, id);
  });

  it('is settled when the run has ended: the source keeps its own', async () => {
    const { given, tree, id, ended } = await conflicting(false);
    await ended;
    const resolved = headgate(['workspace', 'resolve', id, '--all', '--take', 'local'], given);
    expect(resolved.status, resolved.stderr).toBe(0);
    const resumed = headgate(['resume', id], given);
    expect(resumed.status, resumed.stderr).toBe(0);
    expect(copyOf(given)).toMatchObject({ finalize: 'succeeded' });
    expect(textAt(tree, 'notes.txt')).toBe('one\nmine\n');
    checkChain(given.stateDir, id);
  });

  it('that took the side of the copy takes nothing that the source was given since', async () => {
    const { given, tree, id, ended } = await conflicting(false);
    await ended;
    const settle = (...args: readonly string[]) => headgate(['workspace', 'resolve', id, ...args], given);
    expect(settle('notes.txt', '--take', 'remote').status).toBe(0);
    appendFileSync(join(tree, 'notes.txt'), 'mine, later\n');
    const retried = headgate(['finalize', id, '--retry'], given);
    expect(retried.status, retried.stderr).toBe(3);
    expect(textAt(tree, 'notes.txt')).toBe('one\nmine\nmine, later\n');
    expect(copyOf(given)?.conflicts).toMatchObject([{ path: 'notes.txt', resolution: 'pending' }]);
    // Said once more, it counts; and once taken, it is over.
    expect(settle('notes.txt', '--take', 'remote').status).toBe(0);
    expect(headgate(['finalize', id, '--retry'], given).status).toBe(0);
    expect(textAt(tree, 'notes.txt')).toBe('one\ntheirs\n');
  });
});

describe('a folder that the task made a file of', () => {
  it('stays with everything in it where that holds an ignored file, and taking local leaves it so', async () => {
    const given = options();
    const edit = { does: 'sleep 3; rm -r d; echo file > d', settings: { workspace: 'src' } };
    const src = { source: './tree', kind: 'dir', exclude: ['**/*.log'], conflictPolicy: 'remote_wins' };
    const root = lay(workScenario({ edit }, { src }));
    const tree = join(root, '..', 'tree');
    layTree(tree, { 'd/a.txt': 'a\n', 'd/private.log': 'secret\n' });
    const { ended } = launch(['run', root], given);
    await until(
      () => copyOf(given),
      (copy) => copy?.prepared === true,
      60_000,
    );
    writeFileSync(join(tree, 'd/mine.txt'), 'mine\n');
    await ended;
    const id = runFolders(given.stateDir)[0] ?? '';
    const all = () => ['a.txt', 'private.log', 'mine.txt'].map((name) => textAt(tree, 'd', name));
    expect(all()).toEqual(['a\n', 'secret\n', 'mine\n']);
    const copy = copyOf(given);
    expect(copy?.conflicts).toMatchObject([{ path: 'd', resolution: 'pending', held: 'd/private.log' }]);
    expect(copy?.reason).toContain('`d/private.log`');
    expect(headgate(['workspace', 'conflicts', id], given).stdout).toContain('held    d/private.log');
    expect(headgate(['workspace', 'resolve', id, 'd', '--take', 'local'], given).status).toBe(0);
    const retried = headgate(['finalize', id, '--retry'], given);
    expect(retried.status, retried.stderr).toBe(0);
    expect(all()).toEqual(['a\n', 'secret\n', 'mine\n']);
    checkChain(given.stateDir, id);
  });

  it('makes room where nothing holds it, and what was yours is shown where it is', async () => {
    const given = options();
    const edit = { does: 'sleep 3; rm -r d; echo file > d', settings: { workspace: 'src' } };
    const root = lay(workScenario({ edit }, { src: { source: './tree', kind: 'dir', conflictPolicy: 'remote_wins' } }));
    const tree = join(root, '..', 'tree');
    layTree(tree, { 'd/a.txt': 'a\n' });
    const { ended } = launch(['run', root], given);
    await until(
      () => copyOf(given),
      (copy) => copy?.prepared === true,
      60_000,
    );
    writeFileSync(join(tree, 'd/mine.txt'), 'mine\n');
    await ended;
    expect(textAt(tree, 'd')).toBe('file\n');
    const [conflict] = copyOf(given)?.conflicts ?? [];
    expect(textAt(conflict?.spared ?? '', 'mine.txt')).toBe('mine\n');
    expect(headgate(['workspace', 'conflicts', 'last'], given).stdout).toContain(`local   ${conflict?.spared}\n`);
  });
});

describe('what was given up', () => {
  it('lets the run be complete, which says so, and a second time takes away what a kill has left', async () => {
    const { given, tree, id, ended } = await conflicting(false);
    await ended;
    const staging = join(tree, '..', `.headgate-staging-${id}-${copyName('src:/edit').replaceAll('%', '_')}`);
    mkdirSync(staging, { mode: 0o700 });
    expect(headgate(['finalize', id, '--abandon', 'not needed'], given).status).toBe(0);
    expect(existsSync(staging)).toBe(false);
    const { folder } = copyPlaces(given.stateDir, id, 'src:/edit');
    expect(existsSync(folder)).toBe(false);
    // As if headgate had been killed before the copy went.
    const { journal } = runPaths(given.stateDir, id);
    const lines = readFileSync(journal, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes('workspace.teardown'));
    writeFileSync(journal, `${lines.slice(0, at).join('\n')}\n`);
    mkdirSync(join(folder, 'files'), { recursive: true });
    const again = headgate(['finalize', id, '--abandon', 'not needed'], given);
    expect([again.status, again.stdout]).toEqual([0, 'src:/edit abandoned: not needed\n']);
    expect(existsSync(folder)).toBe(false);
    expect(headgate(['finalize', id, '--abandon', 'not needed'], given).status).toBe(3);
    const resumed = headgate(['resume', id], given);
    expect(resumed.status, resumed.stderr).toBe(0);
    const told = 'the changes of src:/edit were given up';
    expect(resumed.stderr).toContain(told);
    expect(headgate(['status', id], given).stdout).toContain(told);
    checkChain(given.stateDir, id);
  });
});

it.runIf(process.geteuid?.() === 0)('a source that is read-only by now is named, with what helps', () => {
  const given = options();
  const edit = { does: 'echo new > new.txt', settings: { workspace: 'src' } };
  const root = lay(workScenario({ edit }, { src: { source: './tree', kind: 'dir' } }));
  const tree = join(root, '..', 'tree');
  layTree(tree, { 'notes.txt': 'one\n' });
  const script = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"';
  const cli = join(import.meta.dirname, '../../dist/cli.cjs');
  const args = [process.execPath, cli, 'run', root, '--state-dir', given.stateDir];
  const { stderr } = spawnSync('unshare', ['--mount', '--', 'sh', '-c', script, tree, ...args], {
    encoding: 'utf8',
    cwd: given.cwd,
    env: { ...process.env, ...given.env },
  });
  const id = runFolders(given.stateDir)[0] ?? '';
  expect(copyOf(given)?.reason, stderr).toBe(`${tree} cannot be written: the file system is read-only`);
  expect(headgate(['status', id], given).stdout).toContain(`src:/edit failed[workspace_unwritable]: ${tree} cannot`);
  expect(copyOf(given)?.remedy).toBe(`make it writable, then \`headgate finalize ${id} src:/edit --retry\``);
});
