/** A run by somebody who is not root, and on machines that let nobody make a sandbox. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { asUser, isRoot, ownedByUser, user } from '../support/run/as-user.ts';
import { identities } from '../support/run/attacks.ts';
import { headgate, launch, runEnvironment } from '../support/run/cli-run.ts';
import { checkChain, journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess, storedLines } from '../support/run/leftovers.ts';
import { getJson } from '../support/run/probes.ts';
import { python, scenarioOf, task } from '../support/run/scenarios.ts';
import { processesOf } from '../support/run/traces.ts';
import { useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options } = useRuns();
const wrap = asUser(folder);
const compile = (scenario: string, before: readonly string[], ...flags: readonly string[]) => {
  const [command = '', ...args] = [...before, process.execPath, cliPath, 'compile', scenario, ...flags];
  const out = ['--emit', `plan=${join(scenario, '../plan.json')}`];
  return spawnSync(command, [...args, ...out], { env: runEnvironment(), encoding: 'utf8' });
};
const ownState = (name: string): string => ownedByUser(folder, name);

describe('a user without rights', () => {
  it('runs examples/redaction, and nothing of it belongs to anybody else', async () => {
    const stateDir = ownState('state-of-user');
    const scenario = join(folder, 'redaction');
    cpSync(resolve('examples/redaction'), scenario, { recursive: true });
    const given = options({ stateDir, wrap });
    const run = await launch(['run', join(scenario, 'scenario.yaml')], given).ready;
    const status = (await getJson(`${run.exports['status']}/status`)) as Record<string, string | null>;
    expect(status['sent']).toBe('{"launch_code": "ORBIT-7731", "api_key": "key-4f1d9a"}');
    expect(status['received']).toMatch(/REDACTED/);
    const owners = new Set(processesOf(stateDir).map(({ pid }) => statSync(`/proc/${pid}`).uid));
    if (isRoot) expect([...owners]).toEqual([user]);
    const end = await run.stop();
    expect(end.status, end.stderr).toBe(5);
    await expectNoProcess(stateDir);
    expect(checkChain(stateDir, run.id)).toMatchObject({ whole: true });
    const facts = journalLines(stateDir, run.id).filter(({ data }) => data['sandbox'] !== undefined);
    expect(facts.length).toBeGreaterThan(2);
  });

  it('has the same budgets, tasks and storage', () => {
    const stateDir = ownState('state-of-tasks');
    const greedy = python('x = []\nwhile True: x.append(bytearray(b"x") * (8 << 20))');
    const forking = python('import os, time\nfor _ in range(6): os.fork()\ntime.sleep(20)');
    const files = {
      ...scenarioOf({ greedy, forking, good: task('good') }),
      'headgate.yaml': JSON.stringify({
        components: {
          '/greedy': { restart: 'never', limits: { memoryMiB: 64 } },
          '/forking': { restart: 'never', limits: { processes: 20 } },
          '/good': { restart: 'never' },
        },
      }),
    };
    const end = headgate(['run', lay(files)], options({ stateDir, wrap }));
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/failed: \/greedy: it took \d+ MiB of memory, and 64 MiB are allowed/);
    expect(end.stderr).toMatch(/failed: \/forking: it ran \d+ processes at once, and 20 are allowed/);
    expect(storedLines(stateDir, 'count')).toEqual(['good']);
    if (isRoot) for (const name of readdirSync(stateDir)) expect(statSync(join(stateDir, name)).uid).toBe(user);
  });

  it('is told that a state folder of somebody else cannot be used', () => {
    if (!isRoot) return;
    const stateDir = join(folder, 'state-of-root');
    mkdirSync(stateDir, { mode: 0o700 });
    const end = headgate(['run', lay(scenarioOf({ one: task('one') }))], options({ stateDir, wrap }));
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[state_unwritable\].*(belongs to the user|EACCES|EPERM)[\s\S]*--state-dir/);
  });
});

/** Who is root there has no rights over the machine, and none are left; and no namespaces can be made. */
const container = [
  'unshare',
  '-Ur',
  'sh',
  '-c',
  'echo 0 > /proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$@"',
  'sh',
];

describe.each(['redaction', 'isolation'])('examples/%s', (name) => {
  const scenarioFor = (as: string): string => {
    const path = join(folder, `${name}-of-${as}`);
    cpSync(resolve('examples', name), path, { recursive: true });
    return join(path, 'scenario.yaml');
  };

  it.each(identities)('is compiled and run as %s', async (as) => {
    const scenario = scenarioFor(as);
    const stateDir = as === 'user' ? ownState(`${name}-state`) : join(folder, `${name}-state-of-root`);
    const given = options({ stateDir, wrap: as === 'user' ? wrap : [] });
    const run = await launch(['run', scenario], given).ready;
    expect(Object.keys(run.exports).length).toBeGreaterThan(0);
    const end = await run.stop();
    expect(end.status, end.stderr).toBe(5);
    await expectNoProcess(stateDir);
  });

  it('in a container without privileges is not compiled, and the remedy is told', () => {
    const end = compile(scenarioFor('container'), container);
    expect(end.status, end.stderr).not.toBe(0);
    expect(end.stderr).toMatch(/bubblewrap says: [\s\S]*sysctl\s+user\.max_user_namespaces=[\s\S]*--no-sandbox/);
  });

  it('in a container without privileges is compiled with `--no-sandbox`, and then run is BLOCKED with the remedy', async () => {
    const scenario = scenarioFor('container-unboxed');
    const given = options({ wrap: container });
    const compiled = compile(scenario, container, '--no-sandbox');
    expect(compiled.status, compiled.stderr).toBe(0);
    const end = headgate(['run', scenario, '--no-sandbox'], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[sandbox_unavailable\]: run: [\s\S]*max_user_namespaces/);
    await expectNoProcess(given.stateDir);
  });
});

describe('a machine without user namespaces', () => {
  it('is BLOCKED with the remedy before anything starts, and nothing runs on the host in its place', async () => {
    const given = options({
      wrap: ['unshare', '-Ur', 'sh', '-c', 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$@"', 'sh'],
    });
    const end = headgate(['run', lay(scenarioOf({ one: task('one') }))], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[sandbox_unavailable\]: run: bubblewrap says: .*namespace/);
    expect(end.stderr).toMatch(/max_user_namespaces/);
    expect(end.stderr).not.toMatch(/no-sandbox/);
    expect(storedLines(given.stateDir, 'count')).toEqual([]);
    const lines = journalLines(given.stateDir, runFolders(given.stateDir)[0] as string);
    expect(lines.at(-1)).toMatchObject({ type: 'gate', data: { state: 'BLOCKED' } });
    expect(lines.some(({ actionId }) => actionId?.startsWith('task.run'))).toBe(false);
    await expectNoProcess(given.stateDir);
  });
});
