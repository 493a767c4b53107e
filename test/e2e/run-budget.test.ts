/** A run that takes more time than its profile allows says so, to whoever started it. */
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCli } from '../support/cli.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

it('is CANCELLED, and names the profile', () => {
  const folder = temp.lay({
    'scenario.yaml': 'manifest_version: "0.4.0"\nprogram: { path: /bin/sleep, args: ["600"] }\n',
    'headgate.yaml':
      'components: { /: { restart: never, profile: short } }\nprofiles: { short: { budget: { wallClockSeconds: 1 } } }\n',
  });
  const { status, stderr } = runCli(['run', 'scenario.yaml', '--state-dir', join(folder, 'state')], { cwd: folder });
  expect(status, stderr).toBe(5);
  expect(stderr).toContain('cancelled: budget: 1 s are all that profile `short` allows the run\n');
});
