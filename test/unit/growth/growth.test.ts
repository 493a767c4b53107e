/** Twice the input is about twice the work, and not four times. Steps are counted, so that a busy machine changes nothing. */
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTempFolder } from '../../support/temp-folder.ts';
import { bundleWorkloads } from './bundle.mjs';
import { workloads } from './workloads.ts';

const temp = createTempFolder();
afterAll(temp.remove);

/** Steps of each workload of a module at its size, and at twice of it. */
async function count(module: string): Promise<Readonly<Record<string, readonly [number, number]>>> {
  const outfile = join(temp.path, `${module.replaceAll('/', '-')}.mjs`);
  await bundleWorkloads(module, outfile);
  const counter = resolve('test/unit/growth/count-steps.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [counter, outfile], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

const growth = ([once, twice]: readonly [number, number]): number => twice / once;

describe('the work for twice as much', () => {
  let steps: Awaited<ReturnType<typeof count>> = {};
  beforeAll(async () => {
    steps = await count('test/unit/growth/workloads.ts');
  });

  it.each(workloads.map(({ name }) => name))('%s: is about twice the work', (name) => {
    const [once, twice] = steps[name] ?? [0, 0];
    expect(once, 'something is counted').toBeGreaterThan(5);
    expect(growth([once, twice])).toBeLessThan(2.6);
  });

  it('would be seen to be four times, where every item looks at all', async () => {
    const { all, each } = await count('test/unit/growth/self-test.ts');
    expect(growth(all ?? [1, 0])).toBeGreaterThan(3.5);
    expect(growth(each ?? [1, 0])).toBeCloseTo(2, 1);
  });
});
