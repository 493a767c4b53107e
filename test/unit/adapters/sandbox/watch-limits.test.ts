/** What headgate counts of a sandbox by itself, with and without a control group. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ControlGroup } from '../../../../src/adapters/sandbox/cgroup/control-group.ts';
import { standardLimits } from '../../../../src/adapters/sandbox/limits.ts';
import { type Exceeded, watchLimits } from '../../../../src/adapters/sandbox/watch-limits.ts';

const group = (processes: number, outOfMemory: boolean): ControlGroup => ({
  version: 2,
  add: () => {},
  processes: () => Array.from({ length: processes }, (_, index) => index + 1),
  outOfMemory: () => outOfMemory,
  peakBytes: () => 0,
  cpuSeconds: () => 0,
  remove: () => {},
});
const limits = { ...standardLimits, processes: 2, totalBytes: 8 * 1024 * 1024, watchMs: 5 };

describe('in a control group', () => {
  const lookAt = (processes: number, outOfMemory: boolean): Exceeded | undefined => {
    const watched = watchLimits({ init: 1, group: group(processes, outOfMemory), limits, over: () => {} });
    watched.close();
    return watched.look();
  };

  it('processes are allowed up to the limit, and not beyond', () => {
    expect(lookAt(2, false)).toBeUndefined();
    expect(lookAt(3, false)).toEqual({ what: 'processes', value: 3 });
  });

  it('memory is what the kernel says', () => {
    expect(lookAt(1, true)).toEqual({ what: 'memory', value: limits.totalBytes });
  });

  it('it is told once, without being asked', async () => {
    const told: Exceeded[] = [];
    const first = await new Promise<Exceeded>((done) => {
      watchLimits({
        init: 1,
        group: group(9, false),
        limits,
        over: (exceeded) => {
          told.push(exceeded);
          done(exceeded);
        },
      });
    });
    expect(first).toEqual({ what: 'processes', value: 9 });
    await new Promise((done) => setTimeout(done, 40));
    expect(told).toHaveLength(1);
  });
});

describe('without one', () => {
  let shell: ChildProcess;
  beforeAll(async () => {
    shell = spawn('bash', ['-c', 'sleep 60 & sleep 60 & echo up; wait'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    await once(shell.stdout as NodeJS.ReadableStream, 'data');
  });
  afterAll(() => void process.kill(-(shell.pid as number), 'SIGKILL'));
  const lookWith = (more: Partial<typeof limits>): Exceeded | undefined => {
    const watched = watchLimits({
      init: shell.pid as number,
      group: null,
      limits: { ...limits, ...more },
      over: () => {},
    });
    watched.close();
    return watched.look();
  };

  it('what is below the first process is counted', () => {
    expect(lookWith({ totalBytes: 2 ** 40 })).toBeUndefined();
    expect(lookWith({ processes: 1, totalBytes: 2 ** 40 })).toEqual({ what: 'processes', value: 2 });
  });

  it('and so are its pages', () => {
    expect(lookWith({ totalBytes: 4096 })).toMatchObject({ what: 'memory', value: expect.any(Number) });
  });
});
