/** What headgate counts of a sandbox by itself, with and without a control group. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ControlGroup } from '../../../../src/adapters/sandbox/cgroup/control-group.ts';
import { standardLimits } from '../../../../src/adapters/sandbox/limits.ts';
import type { MemoryFolders, TooManyFiles } from '../../../../src/adapters/sandbox/memory-folders.ts';
import { type Exceeded, type LimitsWatch, watchLimits } from '../../../../src/adapters/sandbox/watch-limits.ts';

const group = (processes: number, outOfMemory: boolean): ControlGroup => ({
  version: 2,
  add: () => {},
  processes: () => Array.from({ length: processes }, (_, index) => index + 1),
  outOfMemory: () => outOfMemory,
  heldBytes: () => 0,
  peakBytes: () => 0,
  cpuSeconds: () => 0,
  remove: () => {},
});
const foldersWith = (bytes: number, over?: TooManyFiles): MemoryFolders => ({
  look: () => ({ bytes, over }),
  devices: new Set(),
  close: () => {},
});
const limits = { ...standardLimits, processes: 2, totalBytes: 8 * 1024 * 1024, watchMs: 5 };

describe('in a control group', () => {
  const lookAt = (processes: number, outOfMemory: boolean, folders = foldersWith(2 ** 40)): Exceeded | undefined => {
    const watched = watchLimits({ init: 1, group: group(processes, outOfMemory), folders, limits, over: () => {} });
    const found = watched.look();
    watched.close();
    return found;
  };

  it('processes are allowed up to the limit, and not beyond', () => {
    expect(lookAt(2, false)).toBeUndefined();
    expect(lookAt(3, false)).toEqual({ what: 'processes', value: 3 });
  });

  it('memory is what the kernel says', () => {
    expect(lookAt(1, true)).toEqual({ what: 'memory', value: limits.totalBytes });
  });

  it('files in a folder in memory are counted besides', () => {
    const over = { at: '/tmp', files: 9, most: 8 };
    expect(lookAt(1, false, foldersWith(0, over))).toEqual({ what: 'files', value: 9, at: '/tmp', most: 8 });
  });

  it('it is told once, without being asked', async () => {
    const told: Exceeded[] = [];
    const first = await new Promise<Exceeded>((done) => {
      watchLimits({
        init: 1,
        group: group(9, false),
        folders: foldersWith(0),
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
  const watchWith = (more: Partial<typeof limits>, folders = foldersWith(0)): LimitsWatch =>
    watchLimits({
      init: shell.pid as number,
      group: null,
      folders,
      limits: { ...limits, ...more, watchMs: 1_000_000 },
      over: () => {},
    });
  const lookWith = (more: Partial<typeof limits>, folders?: MemoryFolders): Exceeded | undefined => {
    const watched = watchWith(more, folders);
    const found = watched.look();
    watched.close();
    return found;
  };

  it('what is below the first process is counted', () => {
    expect(lookWith({ totalBytes: 2 ** 40 })).toBeUndefined();
    expect(lookWith({ processes: 1, totalBytes: 2 ** 40 })).toEqual({ what: 'processes', value: 2 });
  });

  it('and so are its pages', () => {
    expect(lookWith({ totalBytes: 4096 })).toMatchObject({ what: 'memory', value: expect.any(Number) });
  });

  const MiB = 1024 ** 2;

  it('and so is what folders in memory hold, and what System V keeps', () => {
    expect(lookWith({ totalBytes: 100 * MiB }, foldersWith(60 * MiB))).toBeUndefined();
    expect(lookWith({ totalBytes: 100 * MiB }, foldersWith(101 * MiB))).toMatchObject({ what: 'memory' });
    const watched = watchWith({ totalBytes: 100 * MiB }, foldersWith(60 * MiB));
    watched.tellIpc(41 * MiB);
    expect(watched.look()).toMatchObject({ what: 'memory', value: expect.toSatisfy((value) => value > 101 * MiB) });
    watched.close();
  });

  it('nothing is looked at after it was closed', () => {
    const closed = vi.fn();
    const watched = watchWith({ totalBytes: 4096 }, { ...foldersWith(0), close: closed });
    watched.close();
    watched.close();
    expect([watched.look(), watched.namelessBelow('/'), closed.mock.calls.length]).toEqual([undefined, 0, 1]);
  });
});
