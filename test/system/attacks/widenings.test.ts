/** A sandbox that is widened by name is given that, and nothing else; one that is not is given nothing. */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deniedCalls } from '../../../src/adapters/sandbox/seccomp/denied-calls.ts';
import { architectureOf } from '../../../src/adapters/sandbox/seccomp/filter.ts';
import type { SandboxSpec } from '../../../src/adapters/sandbox/spec.ts';
import { openPlace, type Place, python } from '../edge-fixture.ts';

let place: Place;
beforeEach(async () => {
  place = await openPlace();
});
afterEach(() => place.close());

const architecture = architectureOf(process.arch) ?? 'x86_64';
const number = (name: string): number => deniedCalls.find((call) => call.name === name)?.[architecture] as number;
const always = deniedCalls.flatMap((call) =>
  call.when === undefined && call[architecture] !== null ? [[call.name, call[architecture]]] : [],
);
const flags = { user: 0x10000000, pid: 0x20000000, net: 0x40000000, mount: 0x20000, uts: 0x4000000, ipc: 0x8000000 };

/** What every call of the table and every namespace answers, and what can be done in a namespace of its own. */
const script = `
import ctypes, errno, json, os
libc = ctypes.CDLL(None, use_errno=True)
def call(number, *args):
    ctypes.set_errno(0)
    result = libc.syscall(number, *args)
    return 'done' if result >= 0 else errno.errorcode.get(ctypes.get_errno(), '?')
def apart(work):
    read, write = os.pipe()
    if os.fork() == 0:
        try: said = work()
        except OSError as error: said = errno.errorcode[error.errno]
        os.write(write, json.dumps(said).encode()); os._exit(0)
    os.close(write); os.wait()
    return json.loads(os.read(read, 65536) or b'null')
def clone(flags):
    ctypes.set_errno(0)
    pid = libc.syscall(${number('clone')}, flags | 17, 0, 0, 0, 0)
    if pid == 0: os._exit(0)
    if pid > 0: os.waitpid(pid, 0)
    return 'done' if pid > 0 else errno.errorcode[ctypes.get_errno()]
def write(path, text):
    try:
        with open(path, 'w') as file: file.write(text)
        return 'done'
    except OSError as error: return errno.errorcode[error.errno]
def as_root():
    ids = os.getuid(), os.getgid()
    if call(${number('unshare')}, ${flags.user | flags.net}) != 'done': return 'refused'
    write('/proc/self/setgroups', 'deny')
    maps = [write('/proc/self/uid_map', f'0 {ids[0]} 1'), write('/proc/self/gid_map', f'0 {ids[1]} 1')]
    return {
        'maps': maps, 'id': os.getuid(),
        'mount': call(${number('mount')}, b'none', b'/tmp', b'tmpfs', 0, None),
        'proc': write('/proc/sys/kernel/core_pattern', 'x'),
        'file': write('/etc/passwd', 'x'),
        'lo': sorted(line.split(':')[0].strip() for line in open('/proc/self/net/dev').readlines()[2:]),
    }
flags = ${JSON.stringify(flags)}
print(json.dumps({
    'table': {name: call(number, -1, 0, 0, 0, 0, 0) for name, number in ${JSON.stringify(always)}},
    'unshare': {name: apart(lambda: call(${number('unshare')}, flag)) for name, flag in flags.items()},
    'clone': {name: clone(flag) for name, flag in flags.items()},
    'browser': clone(flags['user'] | flags['pid'] | flags['net']),
    'mixed': clone(flags['user'] | flags['mount']),
    'root': apart(as_root),
}))
`;

interface Found {
  readonly table: Readonly<Record<string, string>>;
  readonly unshare: Readonly<Record<string, string>>;
  readonly clone: Readonly<Record<string, string>>;
  readonly browser: string;
  readonly mixed: string;
  readonly root: unknown;
}
const ask = async (more: Partial<SandboxSpec> = {}): Promise<Found> => (await place.ask(python(script), more)) as Found;
const refused = { user: 'EPERM', pid: 'EPERM', net: 'EPERM', mount: 'EPERM', uts: 'EPERM', ipc: 'EPERM' };

describe('user namespaces', () => {
  it('are refused, alone and with others, where nothing is widened', async () => {
    const found = await ask();
    expect(found.unshare).toEqual(refused);
    expect(found.clone).toEqual(refused);
    expect([found.browser, found.mixed, found.root]).toEqual(['EPERM', 'EPERM', 'refused']);
  });

  it('are there for a browser with process ids and a network, and every other call of the table is refused as before', async () => {
    const [plain, widened] = [await ask(), await ask({ widenings: ['browser'] })];
    // `chroot` was called without a path.
    expect(widened.table).toEqual({ ...plain.table, chroot: 'EFAULT' });
    expect(widened.clone).toEqual({ ...refused, user: 'done' });
    expect(widened.unshare).toEqual({ ...refused, user: 'done' });
    expect([widened.browser, widened.mixed]).toEqual(['done', 'EPERM']);
  });

  it('give no right over the sandbox: what is root in one mounts nothing, and writes to no setting and no file', async () => {
    const { root } = await ask({ widenings: ['browser'] });
    expect(root).toEqual({
      maps: ['done', 'done'],
      id: 0,
      mount: 'EPERM',
      proc: expect.stringMatching(/EACCES|EPERM|EROFS/),
      file: expect.stringMatching(/EACCES|EPERM|EROFS/),
      lo: ['lo'],
    });
  });

  it('are named in what was measured, and nothing is where there are none', async () => {
    const [widened, plain] = [place.start(['true'], { widenings: ['browser'] }), place.start(['true'])];
    expect((await widened.measured).widened).toEqual(['browser']);
    expect(await plain.measured).not.toHaveProperty('widened');
  });
});

/** Without the script around it, which reads files of /etc. */
const chromium = '/usr/lib/chromium/chromium';

it('Chromium runs with its own sandbox where it was given one, and else not at all', async () => {
  const page = 'data:text/html,<p id=x></p><script>x.textContent = 40 + 2</script>';
  const argv = [chromium, '--headless', '--disable-gpu', '--user-data-dir=/tmp/profile', '--dump-dom', page];
  const widened = place.start(argv, { widenings: ['browser'] });
  expect([await widened.ended, widened.stdout()]).toMatchObject([
    { reason: 'exited', code: 0 },
    expect.stringContaining('<p id="x">42</p>'),
  ]);
  const plain = place.start(argv);
  expect(await plain.ended).not.toMatchObject({ code: 0 });
  expect(plain.stdout()).not.toContain('42</p>');
});

it('a debugger may read and stop what is in its sandbox, and is given no namespace', async () => {
  const found = await ask({ widenings: ['debugger'] });
  expect(found.clone).toEqual(refused);
  expect(found.table).toMatchObject({ ptrace: 'ESRCH', pidfd_getfd: 'EPERM', chroot: 'EPERM' });
});

describe('a cache', () => {
  const cacheOf = (name: string, bytes: number): Partial<SandboxSpec> => {
    const source = join(place.folder, name);
    mkdirSync(source);
    return { cache: { source, target: '/var/cache/tool', bytes } };
  };

  it('outlives its sandbox, up to its size', async () => {
    const more = cacheOf('small', 1 << 20);
    const first = place.start(['sh', '-c', 'echo kept > /var/cache/tool/f'], more);
    expect(await first.ended).toMatchObject({ reason: 'exited', code: 0 });
    expect((await first.measured).limits).toMatchObject({ cache: 'metered' });
    const again = place.start(['cat', '/var/cache/tool/f'], more);
    expect([await again.ended, again.stdout()]).toMatchObject([{ code: 0 }, 'kept\n']);
    expect((await place.start(['true']).measured).limits).not.toHaveProperty('cache');
  });

  it.each([
    ['while it runs', 'head -c 3000000 /dev/zero > /var/cache/tool/f; sleep 600'],
    ['and ends by itself', 'head -c 3000000 /dev/zero > /var/cache/tool/f'],
    ['under no name', 'exec 7> /var/cache/tool/f; rm /var/cache/tool/f; head -c 3000000 /dev/zero >&7; sleep 600'],
  ])('ends a program that puts more into it %s', async (_, line) => {
    const component = place.start(['sh', '-c', line], cacheOf('full', 1 << 20));
    expect(await component.ended).toMatchObject({
      reason: 'limit',
      message: 'its cache at /var/cache/tool holds 3 MiB, and 1 MiB are allowed',
    });
  });

  it('that is too full already may stay, and not grow', async () => {
    const more = cacheOf('old', 1 << 20);
    writeFileSync(join(place.folder, 'old', 'f'), Buffer.alloc(3 << 20));
    expect(await place.start(['true'], more).ended).toMatchObject({ code: 0 });
    const growing = place.start(['sh', '-c', 'head -c 3000000 /dev/zero > /var/cache/tool/g'], more);
    expect(await growing.ended).toMatchObject({ reason: 'limit' });
    expect(readdirSync(join(place.folder, 'old'))).toContain('f');
  });
});

it('processes and memory are as many as it was given', async () => {
  const limits = {
    cpuSeconds: null,
    dataBytes: 1 << 30,
    totalBytes: 64 << 20,
    processes: 9,
    openFiles: 64,
    fileBytes: null,
    tmpBytes: 1 << 24,
  };
  const forking = place.start(python('import os, time\nfor _ in range(4): os.fork()\ntime.sleep(60)'), { limits });
  expect(await forking.ended).toMatchObject({ reason: 'limit', message: expect.stringMatching(/and 9 are allowed/) });
  const eating = place.start(python('x = bytearray(b"x") * (200 << 20)\nimport time\ntime.sleep(60)'), { limits });
  expect(await eating.ended).toMatchObject({
    reason: 'limit',
    message: expect.stringMatching(/and 64 MiB are allowed/),
  });
});
