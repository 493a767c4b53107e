/** In containers that let nobody make a sandbox nothing is started, what helps is told, and nothing is left. */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { runEnvironment } from '../support/run/cli-run.ts';
import {
  filtered,
  maskedProc,
  mountCalls,
  namespaceCalls,
  noNamespaces,
  withNoCapability,
} from '../support/run/containers.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess, storedLines } from '../support/run/leftovers.ts';
import { scenarioOf, task } from '../support/run/scenarios.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options } = useRuns();
let count = 0;
const headgateIn = (wrap: readonly string[], args: readonly string[]): SpawnSyncReturns<string> => {
  const [command = '', ...rest] = [...wrap, process.execPath, cliPath, ...args];
  return spawnSync(command, rest, { env: runEnvironment(), encoding: 'utf8', cwd: folder });
};
/** Folders for sockets carry the process id, in base 36. */
const foldersOf = ({ pid }: SpawnSyncReturns<string>): readonly string[] =>
  ['/tmp', `/run/user/${process.getuid?.() ?? 0}`]
    .filter((path) => existsSync(path))
    .flatMap((path) => readdirSync(path).filter((name) => name.startsWith(`hg-${pid.toString(36)}-`)));

describe.each<[string, readonly string[], RegExp]>([
  [
    'whose filter refuses namespaces',
    filtered(folder, namespaceCalls),
    /seccomp profile of this container allow `clone`/,
  ],
  ['whose filter refuses mounts', filtered(folder, mountCalls), /let this container mount .*--security-opt apparmor=/],
  ['whose /proc is covered', maskedProc, /show this container the whole of `\/proc`.*systempaths=unconfined/],
  ['that left root no capability', withNoCapability, /give root in this container the capability `SETFCAP`/],
  ['without user namespaces', noNamespaces, /`sysctl user\.max_user_namespaces=15000`/],
])('a container %s', (_, wrap, remedy) => {
  it('has a run BLOCKED before anything starts', async () => {
    const { stateDir } = options();
    const end = headgateIn(wrap, ['run', lay(scenarioOf({ one: task('one') })), '--state-dir', stateDir]);
    expect(end.status, end.stderr).toBe(3);
    const said = end.stderr.replace(/\s+/g, ' ');
    expect(said).toMatch(/blocked\[sandbox_unavailable\]: run: bubblewrap says: /);
    expect(said).toMatch(remedy);
    expect(said).not.toContain('--no-sandbox');
    expect(storedLines(stateDir, 'count')).toEqual([]);
    const lines = journalLines(stateDir, runFolders(stateDir)[0] as string);
    expect(lines.at(-1)).toMatchObject({ type: 'gate', data: { state: 'BLOCKED' } });
    expect(lines.some(({ actionId }) => actionId?.startsWith('task.run'))).toBe(false);
    await expectNoProcess(stateDir);
    expect(foldersOf(end)).toEqual([]);
  });

  it('has a compile fail with a diagnostic, and no policy is asked', async () => {
    const scenario = join(folder, `redaction${count++}`);
    cpSync(resolve('examples/redaction'), scenario, { recursive: true });
    const plan = join(scenario, 'plan.json');
    const end = headgateIn(wrap, ['compile', join(scenario, 'scenario.yaml'), '--emit', `plan=${plan}`]);
    expect(end.status, end.stderr).toBe(1);
    // The frame of a diagnostic is left out of its sentences.
    const said = end.stderr.replace(/[\s│|]+/g, ' ');
    expect(said).toMatch(/error\[[a-z-]+\/[a-z-]+\]/);
    expect(said).toContain('bubblewrap says: ');
    expect(said).toMatch(remedy);
    expect(said).toContain('--no-sandbox');
    expect(existsSync(plan)).toBe(false);
    await expectNoProcess(scenario);
    expect(foldersOf(end)).toEqual([]);
  });
});
