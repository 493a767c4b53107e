/** The wait of the first process that is put into a group is taken while nobody waits for it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { keepWarm } from '../../../../../src/adapters/sandbox/cgroup/warm.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

it('this process is put into its own group again and again, until it is told to stop', async () => {
  const folder = temp.lay({ 'cgroup.procs': '' });
  const file = join(folder, 'cgroup.procs');
  const text = (): string => readFileSync(file, 'utf8');
  const cool = keepWarm(folder);
  for (let round = 0; round < 2; round++) {
    await vi.waitFor(() => expect(text()).toBe(String(process.pid)));
    writeFileSync(file, '');
  }
  cool();
  // One may be on its way.
  await new Promise((done) => setTimeout(done, 50));
  writeFileSync(file, '');
  await new Promise((done) => setTimeout(done, 50));
  expect(text()).toBe('');
});

it('a group that cannot be written to is no error', async () => {
  const cool = keepWarm(temp.lay({}));
  await new Promise((done) => setTimeout(done, 20));
  cool();
});
