/** Storage outlives runs and has one owner at a time. */
import { describe, expect, it } from 'vitest';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import { storedLines } from '../support/run/leftovers.ts';
import { counting, type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

const stored = (): string => lay(scenarioOf({ web: counting('web') }, exported('web')));
const starts = ({ stateDir }: RunOptions): number => storedLines(stateDir, 'starts').length;

describe('a second run of a scenario', () => {
  it('is BLOCKED while the first has its storage, says which one, and goes on when that has ended', async () => {
    const [scenario, given] = [stored(), options()];
    const first = await start(scenario, given);
    for (const more of [[], ['--detach']]) {
      const second = headgate(['run', scenario, ...more], given);
      expect(second.status, second.stderr).toBe(3);
      expect(second.stderr).toContain(`blocked[storage_in_use]: /web.resources.state: run ${first.id} has it`);
      expect(second.stderr).toContain(`\`headgate stop ${first.id}\``);
    }
    expect(starts(given)).toBe(1);
    expect(await textOf(first.exports['web'])).toBe('web 1');
    await first.stop();
    const blocked = runFolders(given.stateDir).at(-1) as string;
    const resumed = await launch(['resume', blocked], given).ready;
    expect(await textOf(resumed.exports['web'])).toBe('web 2');
    const again = headgate(['resume', first.id], given);
    expect(again.stderr).toContain(`run ${blocked} has it`);
    await resumed.stop();
  });

  it('runs nothing that could run without it: not a task, and not where a port is taken', async () => {
    const does: Part = {
      restart: 'never',
      manifest: { program: { path: '/bin/sh', args: ['-c', 'echo it has run'] } },
    };
    const files = scenarioOf({ web: counting('web'), task: does }, exported('web'));
    const [scenario, given] = [lay(files), options()];
    const first = await start(scenario, given);
    const port = new URL(first.exports['web'] as string).port;
    const second = headgate(['run', scenario, '--export', `web=${port}`], given);
    expect(second.status, second.stderr).toBe(3);
    expect(second.stderr).not.toContain('it has run');
    expect([...second.stderr.matchAll(/^blocked\[(\w+)\]/gm)].map(([, gate]) => gate)).toEqual([
      'port_taken',
      'storage_in_use',
    ]);
    // It is the newest now, and not the one that is meant.
    const stop = headgate(['stop'], given);
    expect([stop.status, stop.stderr]).toEqual([1, expect.stringContaining(`is not running; running: ${first.id}\n`)]);
  });

  it('runs where it has storage of its own, or the scenario has none', async () => {
    const scenario = stored();
    const one = await start(scenario, options());
    const two = await start(scenario, options());
    expect([await textOf(one.exports['web']), await textOf(two.exports['web'])]).toEqual(['web 1', 'web 1']);
    const given = options();
    const plain = lay(scenarioOf({ web: python('import time; print("up"); time.sleep(600)') }));
    await start(plain, given);
    await start(plain, given);
  });

  it('that begins at the same moment gets the storage or is BLOCKED, never both', async () => {
    const [scenario, given] = [stored(), options()];
    const runs = Array.from({ length: 5 }, () => launch(['run', scenario], given));
    const lost: string[] = [];
    for (const { ended } of runs) void ended.then(({ status, stderr }) => lost.push(`${status} ${stderr}`));
    const won = await Promise.any(runs.map(({ ready }) => ready));
    const over = until(
      () => lost.length,
      (count) => count === 4,
      120_000,
    );
    await over.finally(() => runs.filter(({ child }) => child !== won.child).map(({ child }) => child.kill('SIGKILL')));
    expect(lost).toEqual(Array(4).fill(expect.stringMatching(`^3 [^]*storage_in_use[^]*run ${won.id} has it`)));
    expect(starts(given)).toBe(1);
    await won.stop();
  });
});

describe('storage of a headgate that was killed', () => {
  it('goes to the next run, and comes back to the run that goes on', async () => {
    const [scenario, given] = [stored(), options()];
    const first = await start(scenario, given);
    first.child.kill('SIGKILL');
    await first.ended;
    const second = await start(scenario, given);
    expect(await textOf(second.exports['web'])).toBe('web 2');
    const early = headgate(['resume', first.id], given);
    expect([early.status, early.stderr]).toEqual([3, expect.stringContaining(`run ${second.id} has it`)]);
    await second.stop('SIGKILL');
    const resumed = await launch(['resume', first.id], given).ready;
    expect(await textOf(resumed.exports['web'])).toBe('web 3');
    await resumed.stop();
  });

  it('stays with it while it is only stopped', async () => {
    const [scenario, given] = [stored(), options()];
    const first = await start(scenario, given);
    first.child.kill('SIGSTOP');
    const second = headgate(['run', scenario], given);
    first.child.kill('SIGCONT');
    expect([second.status, second.stderr]).toEqual([3, expect.stringContaining(`run ${first.id} has it`)]);
  });
});
