/** What a process takes that holds memory in ways which no table of processes tells. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, expect, it, vi } from 'vitest';
import { ipcBytes } from '../../../../src/adapters/sandbox/agent/ipc.ts';
import { type MemoryFolders, mostFiles, openMemoryFolders } from '../../../../src/adapters/sandbox/memory-folders.ts';
import { meterMemory, pagesIn } from '../../../../src/adapters/sandbox/metered-memory.ts';
import { namelessBelow } from '../../../../src/adapters/sandbox/nameless-files.ts';

const MiB = 1024 ** 2;
const none: MemoryFolders = { look: () => ({ bytes: 0, over: undefined }), devices: new Set(), close: () => {} };
let child: ChildProcess | undefined;
afterEach(() => void child?.kill('SIGKILL'));

/** Resolves when the script has said that it is up. */
async function python(script: string, ...before: readonly string[]): Promise<number> {
  const lines = `import mmap, os, sys, time\n${script}\nprint("up", flush=True)\ntime.sleep(600)`;
  const [command = '', ...args] = [...before, 'python3', '-c', lines];
  child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout as NodeJS.ReadableStream, 'data');
  return child.pid as number;
}
const bytesOf = (pid: number): number => meterMemory(none).look([pid], 1);

it.each([
  ['files without a name', 'fd = os.memfd_create("x"); os.write(fd, b"x" * (40 << 20))'],
  [
    'the same, mapped as well',
    'fd = os.memfd_create("x"); os.write(fd, b"x" * (40 << 20)); m = mmap.mmap(fd, 40 << 20); sum(m[at] for at in range(0, 40 << 20, 4096))',
  ],
  ['the same, twice open', 'fd = os.memfd_create("x"); os.write(fd, b"x" * (40 << 20)); os.dup(fd)'],
  ['shared memory', 'm = mmap.mmap(-1, 40 << 20); m.write(b"x" * (40 << 20))'],
  ['memory of its own', 'm = bytearray(b"x") * (40 << 20)'],
])('%s is counted, and once', async (_, script) => {
  const bytes = bytesOf(await python(script));
  expect(bytes).toBeGreaterThan(40 * MiB);
  expect(bytes).toBeLessThan(75 * MiB);
});

it('what is not mapped counts also where pages alone are below the limit, and as soon as it grows', async () => {
  const script =
    'fd = os.memfd_create("x"); os.write(fd, b"x" * (40 << 20)); print("up", flush=True); sys.stdin.readline(); os.write(fd, b"x" * (40 << 20))';
  const pid = await python(script);
  const meter = meterMemory(none);
  expect(meter.look([pid], 30 * MiB)).toBeGreaterThan(40 * MiB);
  child?.stdin?.write('\n');
  await vi.waitFor(() => expect(meter.look([pid], 30 * MiB)).toBeGreaterThan(80 * MiB), { timeout: 120_000 });
});

it('pages in swap count, and shared ones are told apart', () => {
  const status = 'Name:\tx\nVmRSS:\t  100 kB\nRssAnon:\t 60 kB\nRssShmem:\t   30 kB\nVmSwap:\t   7 kB\n';
  expect(pagesIn(status)).toEqual({ own: 77 * 1024, shared: 30 * 1024 });
  expect(pagesIn('')).toEqual({ own: 0, shared: 0 });
});

it('what lies in a folder that is counted already is not counted again', async () => {
  const pid = await python(
    'f = open("/dev/shm/hg-metered", "w+b"); os.remove(f.name); f.write(b"x" * (40 << 20)); f.flush()',
  );
  const folders = openMemoryFolders(pid, ['/dev/shm']);
  const meter = meterMemory({ ...folders, look: () => ({ bytes: 0, over: undefined }) });
  expect(meter.look([pid], 1)).toBeLessThan(30 * MiB);
  expect(bytesOf(pid)).toBeGreaterThan(40 * MiB);
  folders.close();
});

it('files below a place are told from those elsewhere, and from those with a name', async () => {
  const pid = await python(
    'f = open("/tmp/hg-nameless", "w+b"); os.remove(f.name); f.write(b"x" * 8192); f.flush(); g = open("/etc/passwd")',
  );
  const places = ['/tmp', '/tm', '/var', '/etc'];
  expect(places.map((place) => namelessBelow([pid], place))).toEqual([8192, 0, 0, 0]);
});

it('segments that nobody is attached to, queues and semaphores are told as the kernel lists them', () => {
  const texts: Readonly<Record<string, string>> = {
    '/proc/sysvipc/shm':
      '  key  shmid perms  size  cpid nattch   rss   swap\n 0 0 600 81920 1 0 40960 4096\n 0 1 600 10 1 0 0 0\n',
    '/proc/sysvipc/msg': '  key  msqid perms  cbytes  qnum\n 0 0 600 1000 2\n',
  };
  const readFileSync = (path: string): string => {
    const text = texts[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  };
  expect(ipcBytes({ readFileSync } as never)).toBe(40_960 + 4_096 + 512 + 512 + 1_000 + 2 * 64 + 512);
});

it('as many files may be in a folder as pages, and some', () => {
  expect(mostFiles(10)).toBe(1034);
});
