/** The wait of the first process that is put into a group is taken while nobody waits for it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { keepWarm } from '../../../../../src/adapters/sandbox/cgroup/warm.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 20));

it('this process is put into its own group', async () => {
  const folder = temp.lay({ 'cgroup.procs': '' });
  const cool = keepWarm(folder);
  await vi.waitFor(() => expect(readFileSync(join(folder, 'cgroup.procs'), 'utf8')).toBe(String(process.pid)), {
    timeout: 120_000,
  });
  cool();
});

it('again and again until it is told to stop, and not for ever', async () => {
  const put = vi.fn(async () => {});
  const cool = keepWarm('/group', put);
  await vi.waitFor(() => expect(put.mock.calls.length).toBeGreaterThan(2), { timeout: 120_000 });
  cool();
  const calls = put.mock.calls.length;
  await pause();
  expect(put).toHaveBeenCalledTimes(calls);
  expect(put).toHaveBeenCalledWith('/group/cgroup.procs', String(process.pid));
  const endless = vi.fn(async () => {});
  keepWarm('/group', endless);
  await vi.waitFor(() => expect(endless).toHaveBeenCalledTimes(40), { timeout: 120_000 });
  await pause();
  expect(endless).toHaveBeenCalledTimes(40);
});

it('a group that cannot be written to is no error, and is not tried again', async () => {
  const put = vi.fn(async () => Promise.reject(new Error('EACCES')));
  keepWarm('/group', put);
  await pause();
  expect(put).toHaveBeenCalledOnce();
});
