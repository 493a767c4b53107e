/** A PATH may begin with a folder that others write to. What headgate starts for itself is not taken from there. */
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { headgate } from '../../support/run/cli-run.ts';
import { scenarioOf, task } from '../../support/run/scenarios.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();

it.each(['in full', '.', ''])('a helper in a folder that PATH names first is not started: %j', (entry) => {
  const scenario = runs.lay(scenarioOf({ one: task('one') }));
  const folder = join(dirname(scenario), 'tools');
  mkdirSync(folder);
  for (const name of ['bwrap', 'prlimit', 'sh', 'env', 'node', 'git']) {
    writeFileSync(join(folder, name), `#!/bin/sh\n: > ${folder}/started-${name}\nexit 1\n`);
    chmodSync(join(folder, name), 0o755);
  }
  const env = { PATH: `${entry === 'in full' ? folder : entry}:${process.env['PATH']}` };
  const end = headgate(['run', scenario], runs.options({ env, cwd: folder }));
  expect(end.status, end.stderr).toBe(0);
  expect(
    ['bwrap', 'prlimit', 'sh', 'env', 'node', 'git'].filter((name) => existsSync(join(folder, `started-${name}`))),
  ).toEqual([]);
});
