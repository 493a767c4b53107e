/** Limits hold whatever the program does, and what the kernel holds is told apart from what headgate counts. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findControlGroups } from '../../../src/adapters/sandbox/cgroup/find.ts';
import { attempt, type Identity, identities } from '../../support/run/attacks.ts';
import { journalLines, runFolders } from '../../support/run/journal.ts';
import { useRuns } from '../../support/run/use-runs.ts';

const runs = useRuns();
/** Root has control groups on every machine that mounts them; who has no rights has none unless they were delegated. */
const isHeldByKernel = (as: Identity): boolean => as === 'root' && findControlGroups() !== undefined;
/** The evidence of the only sandbox of a run. */
function measuredOf(stateDir: string, id: string): Record<string, unknown> {
  const named = journalLines(stateDir, id).find(({ data }) => data['sandbox'] !== undefined);
  const digest = String(named?.data['sandbox']).slice('sha256:'.length);
  return JSON.parse(readFileSync(join(stateDir, 'store', 'sha256', digest.slice(0, 2), digest.slice(2)), 'utf8'));
}
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
    // So much memory that it is not what ends them, however late they are counted.
    const roomy = { ...limits, memoryMiB: 4096 };
    const { end } = attempt(runs, as, 'for _ in range(7): os.fork()\ntime.sleep(20)', roomy);
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
    [
      'in queues that nobody reads',
      `import struct
libc.msgsnd.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_size_t, ctypes.c_int]
for _ in range(20000):
    id = libc.msgget(0, 0o1600)
    for _ in range(2): libc.msgsnd(id, struct.pack('l', 1) + b'x' * 8000, 8000, 0o4000)`,
    ],
    ['in semaphores', 'for _ in range(400): libc.semget(0, 32000, 0o1600)'],
  ])('memory: %s', (_, script) => {
    const { end } = attempt(runs, as, `${script}\ntell("done")\ntime.sleep(20)`, limits);
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/failed: \/attack: it took \d+ MiB of memory, and 96 MiB are allowed/);
  });

  it.each(['/tmp', '/run', '/dev/shm'])('files: without contents, in %s', (folder) => {
    const script = `for n in range(400000): os.close(os.open(f"${folder}/{n}", os.O_CREAT))\ntell("done")\ntime.sleep(20)`;
    const { end } = attempt(runs, as, script, { memoryMiB: 1024 });
    expect(end.status, end.stderr).toBe(4);
    expect(end.stderr).toMatch(
      new RegExp(
        `failed: /attack: it made \\d+ files and folders in ${folder}, which is held in memory, and 66560 are`,
      ),
    );
  });

  it('files: a folder around a mount that is moved hides none', () => {
    const script =
      'os.mkdir("/tmp/a"); os.rename("/tmp/a", "/tmp/b"); os.symlink("/etc", "/tmp/a")\nfor n in range(400000): os.close(os.open(f"/tmp/{n}", os.O_CREAT))\ntime.sleep(20)';
    const { end } = attempt(runs, as, script, { memoryMiB: 1024 });
    expect([end.status, end.stderr]).toEqual([4, expect.stringContaining('files and folders in /tmp')]);
  });

  it.each([
    ['bytes', 'open("/data/f", "wb").write(b"x" * (8 << 20))', /holds [2-8] MiB, and its size is 1Mi/],
    [
      'bytes of a file that has no name any more',
      'f = open("/data/f", "wb"); os.remove("/data/f"); f.write(b"x" * (8 << 20)); f.flush()',
      /holds [2-8] MiB, and its size is 1Mi/,
    ],
    [
      'files without contents',
      'for n in range(5000): open(f"/data/{n}", "w").close()',
      'files and folders, and with a size of 1Mi it may hold 1280',
    ],
    [
      'bytes below a path that is too long to be looked at',
      'for n in range(30): os.mkdir("d" * 200); os.chdir("d" * 200)\nopen("f", "wb").write(b"x" * (8 << 20))',
      'has a folder that headgate cannot look into, so that its size of 1Mi cannot be kept',
    ],
  ])('storage: %s', (_, script, message) => {
    const { end, stateDir } = attempt(runs, as, `os.chdir("/data")\n${script}\ntime.sleep(60)`, {}, { size: '1Mi' });
    expect([end.status, end.stderr]).toEqual([4, expect.stringMatching(message)]);
    // What walks by paths cannot remove these.
    spawnSync('rm', ['-rf', stateDir]);
    expect(end.stderr).toContain('failed: /attack: its storage `/attack.resources.data` at /data');
  });

  it('storage: a folder that nobody may look into hides nothing', () => {
    const script =
      'os.mkdir("/data/d"); open("/data/d/f", "wb").write(b"x" * (8 << 20)); os.chmod("/data/d", 0)\ntime.sleep(60)';
    const { end } = attempt(runs, as, script, {}, { size: '1Mi' });
    // Root may look into all of them.
    const message = as === 'root' ? /holds [2-8] MiB/ : /has a folder that headgate cannot look into|holds [2-8] MiB/;
    expect([end.status, end.stderr]).toEqual([4, expect.stringMatching(message)]);
  });

  it('time: of one process', () => {
    const spinning = attempt(runs, as, 'while True: pass', { cpuSeconds: 1 }).end;
    expect([spinning.status, spinning.stderr]).toEqual([4, expect.stringContaining('it used up its CPU time')]);
  });

  it('time: of one that stops everything that it can, itself at last', () => {
    const script = `
import signal
for _ in range(4):
    if os.fork() == 0:
        while True: time.sleep(1)
for number in range(1, 70000):
    try: os.kill(number, signal.SIGSTOP) if number != os.getpid() else None
    except OSError: pass
os.kill(-1, signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)`;
    const stopping = attempt(runs, as, script, { wallSeconds: 3 });
    expect([stopping.end.status, stopping.end.stderr]).toEqual([4, expect.stringMatching(/failed: \/attack: .*3 s/)]);
  });

  it('what holds each limit is told', () => {
    const { end, stateDir } = attempt(runs, as, 'tell(1)', { cpuSeconds: 9 });
    expect(end.status, end.stderr).toBe(0);
    const [id = ''] = runFolders(stateDir);
    const held = isHeldByKernel(as) ? 'enforced' : 'metered';
    expect(measuredOf(stateDir, id)['limits']).toEqual({
      memory: held,
      processes: held,
      folders: 'enforced',
      files: 'metered',
      openFiles: 'enforced',
      cpu: 'enforced',
    });
  });
});
