/** Limits hold whatever the program does, and what the kernel holds is told apart from what headgate counts. */
import { describe, expect, it } from 'vitest';
import { findControlGroups } from '../../../src/adapters/sandbox/cgroup/find.ts';
import { attempt, type Identity, identities } from '../../support/run/attacks.ts';
import { journalLines, runFolders } from '../../support/run/journal.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();
/** Root has control groups on every machine that mounts them; who has no rights has none unless they were delegated. */
const isHeldByKernel = (as: Identity): boolean => as === 'root' && findControlGroups() !== undefined;
const limits = { memoryMiB: 96, processes: 24 };

describe.each(identities)('as %s', (as) => {
  it('memory: of one process', () => {
    const { end, stateDir } = attempt(runs, as, 'x = bytearray(b"x") * (400 << 20)\ntime.sleep(20)', limits);
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/failed: \/attack: it took \d+ MiB of memory, and 96 MiB are allowed/);
    const [id = ''] = runFolders(stateDir);
    expect(journalLines(stateDir, id).some(({ data }) => data['sandbox'] !== undefined)).toBe(true);
  });

  it('processes: that double', () => {
    const { end } = attempt(runs, as, 'for _ in range(7): os.fork()\ntime.sleep(20)', limits);
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/failed: \/attack: it ran \d+ processes at once, and 24 are allowed/);
  });

  it.each([
    [
      'in files that have no name',
      'held = []\nfor _ in range(40):\n    fd = os.memfd_create("x"); held.append(fd)\n    for _ in range(20): os.write(fd, b"x" * (1 << 20))',
    ],
    [
      'in shared memory',
      'import mmap\nheld = [mmap.mmap(-1, 20 << 20) for _ in range(40)]\nfor m in held:\n    for at in range(0, len(m), 4096): m[at] = 1',
    ],
    [
      'in segments that nobody is attached to',
      'libc.shmat.restype = ctypes.c_void_p\nfor _ in range(40):\n    id = libc.shmget(0, 20 << 20, 0o1600); at = libc.shmat(id, None, 0)\n    ctypes.memset(ctypes.c_void_p(at), 1, 20 << 20); libc.shmdt(ctypes.c_void_p(at))',
    ],
    ['in folders that are in memory', 'for n in range(40): open(f"/dev/shm/{n}", "wb").write(b"x" * (5 << 20))'],
  ])('memory: %s', (_, script) => {
    if (!isHeldByKernel(as)) return;
    const { end } = attempt(runs, as, `${script}\ntell("done")\ntime.sleep(20)`, limits);
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/failed: \/attack: it took \d+ MiB of memory, and 96 MiB are allowed/);
  });
});
