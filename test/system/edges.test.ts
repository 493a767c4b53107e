/** Edges between real programs: what they carry, how they outlive restarts, and that nothing else is reached. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEdgeSocket } from '../../src/adapters/sandbox/edge-socket.ts';
import { greeter, openPlace, type Place, prober, python, slotTo } from './edge-fixture.ts';

let place: Place;
beforeEach(async () => {
  place = await openPlace();
});
afterEach(() => place.close());

/** Nothing was said: an end, or a reset where bytes were on their way. */
const closed: unknown = expect.stringMatching(/^(said |refused)$/);

const ask = (targets: readonly string[], more?: Parameters<Place['ask']>[1]): Promise<unknown> =>
  place.ask(python(prober, ...targets), more);

describe('7.7 direct: A → P → B, X unbound', () => {
  it('A reaches P through its slot, and nothing else is reached from anywhere', async () => {
    const [ap, pb] = [place.edge('0'), place.edge('1')];
    const servers: Server[] = [];
    const listen = (at: object | string): Promise<Server> =>
      new Promise((done) => {
        const server = createServer((c) => c.end('host'));
        servers.push(server);
        server.listen(at as object, () => done(server));
      });
    const host = (await listen({ host: '::', port: 0 })).address() as { port: number };
    await listen(`\0headgate-test-${process.pid}`);
    const lan = Object.values(networkInterfaces()).flatMap((list) => list?.map(({ address }) => address) ?? []);
    try {
      const p = place.start(python(greeter, 'p', '8080', '9090'), {
        provides: [{ socket: ap, port: 8080 }],
        slots: slotTo(pb),
        readyPorts: [8080, 9090],
      });
      const b = place.start(python(greeter, 'b', '8080'), {
        provides: [{ socket: pb, port: 8080 }],
        readyPorts: [8080],
      });
      await Promise.all([p.ready, b.ready]);
      const everywhere = [
        // 0.6: the host's loopback, by every address it is known under.
        ...['127.0.0.1', '::1', '::ffff:127.0.0.1', '10.0.2.2', ...lan].map((name) => `${name}:${host.port}`),
        // Metadata services, and the world.
        ...['169.254.169.254:80', 'fd00:ec2::254:80', '1.1.1.1:443', '2606:4700:4700::1111:443'],
        `@headgate-test-${process.pid}`,
        // 0.5: whatever listens at the other components.
        ...['127.0.0.1:9090', '127.0.0.1:8080', '127.0.0.1:20001', '10.0.2.100:8080'],
        ...[ap, pb].flatMap(({ path, folder }) => [path, join(folder, 'b')]),
        ...[
          '/run/headgate/agent/edges/1/s',
          '/run/headgate/agent/edges/0/../1/s',
          '/run/docker.sock',
          '/var/run/docker.sock',
        ],
      ];
      const refused = everywhere.map(() => 'refused');
      expect(await ask(['127.0.0.1:20000', '::1:20000', ...everywhere], { slots: slotTo(ap) })).toEqual([
        'said p 8080 hi',
        'said p 8080 hi',
        ...refused,
      ]);
      expect(await ask(['127.0.0.1:20000', ...everywhere])).toEqual(['refused', ...refused]);
      // From the host, too, only what an edge leads to.
      const out = await fetch('http://127.0.0.1:9090/').then(
        () => 'reached',
        () => 'refused',
      );
      expect(out).toBe('refused');
    } finally {
      for (const server of servers) server.close();
    }
  });

  it('P cannot reach back to A: not its ports, and not through what P was given', async () => {
    const ap = place.edge('0');
    const a = place.start(python(greeter, 'a', '7000'), { slots: slotTo(ap), readyPorts: [7000] });
    await a.ready;
    // Every descriptor of every process that P may look at is disconnected and pointed at A's port.
    const script = `
import ctypes, glob, json, os, socket, struct
libc = ctypes.CDLL(None, use_errno=True)
pidfd_open, pidfd_getfd = 434, 438
found, families = [], set()
for path in glob.glob('/proc/[0-9]*'):
    pid = int(path[6:])
    if pid == os.getpid(): continue
    h = libc.syscall(pidfd_open, pid, 0)
    for fd in range(64):
        got = libc.syscall(pidfd_getfd, h, fd, 0) if h >= 0 else -1
        if got < 0: continue
        try: s = socket.socket(fileno=got)
        except OSError: continue
        families.add(int(s.family))
        libc.connect(got, struct.pack('H14s', 0, b''), 16)
        to = struct.pack('H', 2) + struct.pack('!H4s8s', 7000, bytes([127, 0, 0, 1]), b'')
        if s.family == socket.AF_INET and libc.connect(got, to, 16) == 0: found.append(pid)
print(json.dumps([found, sorted(families)]))
`;
    expect(await place.ask(python(script), { provides: [{ socket: ap, port: 8080 }] })).toEqual([[], []]);
  });

  it('two providers at one port', async () => {
    const [one, two] = [place.edge('0'), place.edge('1')];
    for (const [name, socket] of [
      ['one', one],
      ['two', two],
    ] as const)
      place.start(python(greeter, name, '8080'), { provides: [{ socket, port: 8080 }] });
    const slots = [one, two].map((socket, index) => ({ name: `s${index}`, port: 20_000 + index, socket }));
    expect(await ask(['127.0.0.1:20000', '127.0.0.1:20001'], { slots })).toEqual([
      'said one 8080 hi',
      'said two 8080 hi',
    ]);
  });

  it('a component that is bound to itself reaches its own port without an edge', async () => {
    const script = `${greeter.replace('threading.Thread(target=serve, args=(int(p),)).start()', 'threading.Thread(target=serve, args=(int(p),), daemon=True).start()')}
import json, time
time.sleep(0.2); s = socket.create_connection(('127.0.0.1', 8080)); s.sendall(b'hi'); print(json.dumps(s.recv(100).decode()))
`;
    expect(await place.ask(python(script, 'self', '8080'))).toBe('self 8080 hi');
  });

  it('the folder of an edge is not there, at neither end', async () => {
    const edge = place.edge('0');
    const script = `
import json, os
out = []
for do in [lambda: os.symlink('/run/x', '/run/headgate/agent/edges/0/t'), lambda: os.unlink('/run/headgate/agent/edges/0/s'), lambda: os.rename('/run/headgate/agent/edges/0/s', '/run/headgate/agent/edges/0/r'), lambda: open('/run/headgate/agent/edges/0/f', 'w')]:
    try: do(); out.append('done')
    except OSError as e: out.append(os.strerror(e.errno))
print(json.dumps(out))`;
    const missing = Array(4).fill('No such file or directory');
    expect(await place.ask(python(script), { slots: slotTo(edge) })).toEqual(missing);
    expect(await place.ask(python(script), { provides: [{ socket: edge, port: 8080 }] })).toEqual(missing);
  });

  it('a link in place of the socket is not followed', async () => {
    const folder = mkdtempSync('/tmp/hg-link-');
    const server = createServer((c) => c.end('host'));
    await new Promise<void>((done) => server.listen(join(folder, 'real'), done));
    mkdirSync(join(folder, 'e'));
    symlinkSync(join(folder, 'real'), join(folder, 'e', 's'));
    try {
      const socket = { folder: join(folder, 'e'), path: join(folder, 'e', 's') };
      // Also where the link's target can be seen inside.
      const binds = [{ source: folder, target: folder, writable: false }];
      expect(await ask(['127.0.0.1:20000'], { slots: slotTo(socket), binds })).toEqual([closed]);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('0.7: no capability is left, also as root, and none can be gained', async () => {
    const script = `
import json, subprocess
status = dict(l.split(':\\t', 1) for l in open('/proc/self/status').read().splitlines() if ':\\t' in l)
out = [int(status[k], 16) for k in ('CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb')] + [status['NoNewPrivs']]
out += [subprocess.run(a, capture_output=True).returncode != 0 for a in (['mount', '-t', 'tmpfs', 'x', '/tmp'], ['unshare', '-Urn', 'true'], ['ip', 'link', 'set', 'lo', 'down'])]
print(json.dumps(out))`;
    expect(await place.ask(python(script))).toEqual([0, 0, 0, 0, 0, '1', true, true, true]);
  });

  it('nothing of other processes is seen', async () => {
    const script = `
import glob, json
print(json.dumps(sorted(open(p).read().split(chr(0))[0].rsplit('/')[-1] for p in glob.glob('/proc/[0-9]*/cmdline'))))`;
    expect(await place.ask(python(script))).toEqual(['bwrap', 'python3']);
  });
});

describe('7.6: an edge outlives what runs at its ends', () => {
  it('a consumer that starts before its provider is held', async () => {
    const edge = place.edge('0');
    const answer = ask(['127.0.0.1:20000'], { slots: slotTo(edge) });
    await sleep(700);
    place.start(python(greeter, 'late', '8080'), { provides: [{ socket: edge, port: 8080 }] });
    expect(await answer).toEqual(['said late 8080 hi']);
  });

  it('a provider that was killed and started again answers the same consumer', async () => {
    const edge = place.edge('0');
    const provide = (name: string): ReturnType<Place['start']> =>
      place.start(python(greeter, name, '8080'), { provides: [{ socket: edge, port: 8080 }], readyPorts: [8080] });
    const first = provide('first');
    await first.ready;
    const script = `
import socket, sys, time
for i in range(40):
    try:
        s = socket.create_connection(('127.0.0.1', 20000), 5); s.sendall(b'hi'); print(s.recv(100).decode()); s.close()
    except OSError as e: print(type(e).__name__)
    time.sleep(0.05)
`;
    const consumer = place.start(python(script), { slots: slotTo(edge) });
    while (!consumer.stdout().includes('first')) await sleep(20);
    process.kill(first.pid as number, 'SIGKILL');
    expect((await first.ended).reason).toBe('start');
    await sleep(300);
    provide('second');
    await consumer.ended;
    const lines = consumer.stdout().trim().split('\n');
    expect(lines[0]).toBe('first 8080 hi');
    expect(lines.at(-1)).toBe('second 8080 hi');
    // At most the one connection that was open when it was killed.
    expect(lines.filter((line) => !/^(first|second) 8080 hi$/.test(line)).length).toBeLessThanOrEqual(1);
  });

  it('a provider that ended for good is refused at once, and can be opened again', async () => {
    const edge = place.edge('0');
    const gone = place.start(['true'], { provides: [{ socket: edge, port: 8080 }] });
    await gone.ended;
    await gone.stop();
    edge.release();
    const start = performance.now();
    expect(await ask(['127.0.0.1:20000'], { slots: slotTo(edge) })).toEqual([closed]);
    expect(performance.now() - start).toBeLessThan(3_000);
    place.start(python(greeter, 'back', '8080'), { provides: [{ socket: edge, port: 8080 }] });
    expect(await ask(['127.0.0.1:20000'], { slots: slotTo(edge) })).toEqual(['said back 8080 hi']);
  });

  it('two starts of one component share nothing but what was bound', async () => {
    const kept = join(place.folder, 'kept');
    mkdirSync(kept);
    const script = `
import json, os
out = [sorted(os.listdir(p)) for p in ('/tmp', '/dev/shm', os.environ['HOME'], '/data')]
for p in ('/tmp', '/dev/shm', os.environ['HOME'], '/data'): open(p + '/left', 'w').write('x')
print(json.dumps(out))`;
    const binds = [{ source: kept, target: '/data', writable: true }];
    expect(await place.ask(python(script), { binds })).toEqual([[], [], [], []]);
    expect(await place.ask(python(script), { binds })).toEqual([[], [], [], ['left']]);
    expect(readFileSync(join(kept, 'left'), 'utf8')).toBe('x');
  });

  it('a path that is too long for a socket is refused before anything starts', () => {
    const folder = join(place.folder, 'x'.repeat(90));
    mkdirSync(folder);
    expect(() => createEdgeSocket(folder, '0')).toThrow(/the socket path `.*` has \d+ bytes, and 107 are possible/);
    expect(() => readFileSync(join(folder, '0'))).toThrow(/ENOENT/);
  });
});

describe('folders that are bound', () => {
  const refuse = async (target: string, more: object = {}): Promise<string> => {
    const source = join(place.folder, 'source');
    mkdirSync(source, { recursive: true });
    const binds = [{ source, target, writable: true }];
    const end = await place.start(['true'], { binds, ...more }).ended;
    return 'message' in end ? `${end.reason}: ${end.message}` : end.reason;
  };

  it.each([
    '/',
    '/usr',
    '/proc/x',
    '/dev',
    '/run/headgate/agent/edges',
    '/run',
    '/tmp',
    'data',
    '/data/../etc',
    '/etc/ssl',
  ])('not at %s', async (target) => {
    expect(await refuse(target)).toMatch(/^start: .*(nothing can be mounted|would hide|is not an absolute path)/);
  });

  it('not in each other, where a link could have been left', async () => {
    const source = join(place.folder, 'source');
    mkdirSync(source);
    const binds = ['/data', '/data/in'].map((target) => ({ source, target, writable: true }));
    expect(await refuse('/x', { binds })).toMatch(/lies in `\/data`/);
    const files = [{ path: '/data/in/file', content: '' }];
    expect(await refuse('/data', { files })).toMatch(/lies in `\/data`/);
  });

  it('of which nothing is left when the source is not there', async () => {
    expect(await refuse('/data', { binds: [{ source: '/nowhere', target: '/data', writable: true }] })).toMatch(
      /does not exist: `\/nowhere`/,
    );
  });

  it('read-only ones cannot be written, writable ones have no limit on the size of a file', async () => {
    const source = join(place.folder, 'source');
    mkdirSync(source);
    writeFileSync(join(source, 'given'), 'x');
    const script = `
import json, os
out = [open('/ro/given').read()]
try: open('/ro/new', 'w'); out.append('written')
except OSError as e: out.append(os.strerror(e.errno))
f = open('/rw/sparse', 'wb'); f.seek(600 << 20); f.write(b'x'); f.close(); out.append(os.stat('/rw/sparse').st_size >> 20)
print(json.dumps(out))`;
    const binds = [
      { source, target: '/ro', writable: false },
      { source, target: '/rw', writable: true },
    ];
    expect(await place.ask(python(script), { binds })).toEqual(['x', 'Read-only file system', 600]);
  });
});
