/** A run that was killed leaves the key of its lock's name. Who saw the name, which everybody can, takes it: nobody is kept from the run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { lockName } from '../../../src/adapters/files/lock-name.ts';
import { asUser, isRoot, ownedByUser } from '../../support/run/as-user.ts';
import { identities } from '../../support/run/attacks.ts';
import { headgate, launch, until } from '../../support/run/cli-run.ts';
import { runFolders } from '../../support/run/journal.ts';
import { python, scenarioOf } from '../../support/run/scenarios.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();
const neighbours: ChildProcess[] = [];
afterEach(() => {
  for (const one of neighbours.splice(0)) one.kill('SIGKILL');
});

/** As `/proc/net/unix` shows it to everybody. */
const nameOf = (folder: string): string => lockName(folder).name.slice(1);
const isHeld = (name: string): boolean => readFileSync('/proc/net/unix', 'latin1').includes(`@${name}`);

/** Somebody else, who binds names and keeps them. */
async function take(taken: readonly string[]): Promise<void> {
  const script = `const all = ${JSON.stringify(taken)}; let left = all.length;
for (const name of all) require('node:net').createServer().listen('\\0' + name, () => { if (--left === 0) console.log('taken'); });`;
  const uid = isRoot ? { uid: 51_999, gid: 51_999 } : {};
  const neighbour = spawn(process.execPath, ['-e', script], { cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], ...uid });
  neighbours.push(neighbour);
  let said = '';
  for (const stream of [neighbour.stdout, neighbour.stderr])
    stream?.on('data', (chunk) => {
      said += chunk;
    });
  await until(
    () => said,
    (text) => text !== '',
    60_000,
  );
  expect(said).toBe('taken\n');
}

describe.each(identities)('as %s', (as) => {
  it.runIf(isRoot)('the name of a run that was killed, taken by somebody else, stops nobody', async () => {
    const stateDir = as === 'user' ? ownedByUser(runs.folder, 'locked') : join(runs.folder, 'locked-root');
    const wrap = as === 'user' ? asUser(runs.folder) : [];
    const options = runs.options({ stateDir, wrap });
    const { child, ended } = launch(
      ['run', runs.lay(scenarioOf({ web: python('import time; time.sleep(600)') }))],
      options,
    );
    await until(
      () => runFolders(stateDir).some((one) => existsSync(join(stateDir, 'runs', one, 'owner.json'))),
      (isThere) => isThere,
      60_000,
    );
    const [id = ''] = runFolders(stateDir);
    const folder = join(stateDir, 'runs', id);
    const seen = nameOf(folder);
    expect(isHeld(seen)).toBe(true);
    // Whoever comes meanwhile is told who has it.
    expect(headgate(['resume', id], options).stderr).toMatch(/blocked\[already_running\]/);
    const { pid } = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as {
      readonly pid: number;
    };
    process.kill(pid, 'SIGKILL');
    child.kill('SIGKILL');
    await ended;
    await until(
      () => isHeld(seen),
      (held) => !held,
      60_000,
    );
    await take([seen]);
    const again = launch(['resume', id], options);
    const next = await until(
      () => nameOf(folder),
      (name) => name !== seen && isHeld(name),
      60_000,
    );
    expect([isHeld(seen), isHeld(next)]).toEqual([true, true]);
    expect(headgate(['resume', id], options).stderr).toMatch(/blocked\[already_running\]/);
    expect(headgate(['stop', id], options).status).toBe(0);
    const { stderr } = await again.ended;
    expect(stderr).not.toMatch(/already_running/);
  });
});
