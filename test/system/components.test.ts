/** Programs that run for long: when they are ready, how they are ended, and that nothing outlives headgate. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { descendants } from '../../src/adapters/sandbox/process-tree.ts';
import { openPlace, type Place, python } from './edge-fixture.ts';
import { processesWith } from './policy-fixture.ts';

const marker = `headgate-component-${process.pid}`;
let place: Place;
beforeEach(async () => {
  place = await openPlace();
});
afterEach(async () => {
  await place.close();
  expect(processesWith(marker)).toEqual([]);
});

const started = async (text: () => string, word: string): Promise<void> => {
  while (!text().includes(word)) await sleep(10);
};
const settled = (promise: Promise<unknown>, ms: number): Promise<boolean> =>
  Promise.race([promise.then(() => true), sleep(ms, false)]);

describe('ready', () => {
  it('once every port listens, without a connection to any of them', async () => {
    const script = `
import socket, time
def listen(host, port, family):
    s = socket.socket(family); s.bind((host, port)); s.listen(1); return s
time.sleep(0.3); a = listen('127.0.0.1', 8080, socket.AF_INET); print('one'); time.sleep(0.3)
b = listen('::1', 8081, socket.AF_INET6); print('both')
for s in (a, b): s.settimeout(0.5)
for s in (a, b):
    try: s.accept(); print('CONNECTED')
    except TimeoutError: print('quiet')
time.sleep(9)`;
    const { ready, stdout } = place.start(python(script), { readyPorts: [8080, 8081] });
    await started(stdout, 'one');
    expect(await settled(ready, 100)).toBe(false);
    await started(stdout, 'both');
    expect(await settled(ready, 300)).toBe(true);
    await started(stdout, 'quiet\nquiet');
    expect(stdout()).not.toContain('CONNECTED');
  });

  it('until then it is known what is missing, and on what else the program listens', async () => {
    const script = `
import socket, time
def listen(port):
    s = socket.create_server(('127.0.0.1', port)); return s
a = listen(8080); b = listen(3000); print('up'); time.sleep(9)`;
    const slots = [{ name: 'away', port: 20_000, socket: place.edge('away') }];
    const component = place.start(python(script), { readyPorts: [8080, 8081], slots });
    await started(component.stdout, 'up');
    await vi.waitFor(() => expect(component.ports()).toEqual({ missing: [8081], others: [3000] }), 120_000);
    expect(await settled(component.ready, 100)).toBe(false);
  });

  it.each([
    ['0.0.0.0', 'AF_INET', true],
    ['::', 'AF_INET6', true],
    ['::ffff:127.0.0.1', 'AF_INET6', true],
    ['127.0.0.2', 'AF_INET', false],
  ])('a program at %s', async (host, family, expected) => {
    const script = `
import socket, time
s = socket.socket(socket.${family}); s.bind(('${host}', 8080)); s.listen(1); print('up'); time.sleep(9)`;
    const { ready, stdout } = place.start(python(script), { readyPorts: [8080] });
    await started(stdout, 'up');
    expect(await settled(ready, 400)).toBe(expected);
  });

  it('without ports as soon as it runs; never when it ends before', async () => {
    expect(await settled(place.start(['sleep', '9']).ready, 2_000)).toBe(true);
    const early = place.start(['false'], { readyPorts: [8080] });
    expect(await early.ended).toMatchObject({ reason: 'exited', code: 1 });
    expect(await settled(early.ready, 200)).toBe(false);
    const none = place.start(['no-such-program']);
    expect(none.pid).toBeUndefined();
    expect(await settled(none.ready, 50)).toBe(false);
  });
});

it('is looked at before its program starts', async () => {
  const component = place.start(['true']);
  const { apart, writableMounts, ...rest } = await component.measured;
  expect(apart).toEqual(expect.arrayContaining(['ipc', 'mnt', 'net', 'pid', 'user', 'uts']));
  expect(writableMounts).not.toContain('/');
  expect(rest).toMatchObject({
    interfaces: ['lo'],
    capabilities: '0',
    noNewPrivileges: true,
    seccomp: true,
    processes: 2,
    writable: [],
  });
});

describe('terminate', () => {
  it('asks, and what a program does then is its end', async () => {
    const script = `
import signal, sys, time
def end(*_): print('bye'); sys.exit(7)
signal.signal(signal.SIGTERM, end); print('up')
while True: time.sleep(1)`;
    const component = place.start(python(script));
    await started(component.stdout, 'up\n');
    const start = performance.now();
    await component.terminate(5_000);
    expect(performance.now() - start).toBeLessThan(1_500);
    expect(await component.ended).toMatchObject({ reason: 'exited', code: 7, signal: null });
    expect(component.stdout()).toBe('up\nbye\n');
  });

  it('reaches a shell before its children, so that it does not go on behind one that was ended', async () => {
    // The number of the last child has one digit more than that of the shell.
    const script = 'for n in 1 2 3 4 5 6 7 8 9; do /bin/true; done; echo up; sleep 60; exit 0';
    for (let round = 0; round < 5; round++) {
      const component = place.start(['/bin/sh', '-c', script]);
      await started(component.stdout, 'up');
      await sleep(50);
      await component.terminate(60_000);
      expect(await component.ended).toMatchObject({ reason: 'exited', code: 143 });
    }
  });

  it('reaches children of shells and daemons that left the session', async () => {
    const child = (name: string): string =>
      `import signal, sys, time, os
def end(*_): open("/data/${name}", "w").write("asked"); sys.exit(0)
signal.signal(signal.SIGTERM, end)
print("${name}", flush=True)
time.sleep(60)`;
    const folder = join(place.folder, 'data');
    mkdirSync(folder);
    const binds = [{ source: folder, target: '/data', writable: true }];
    const env = { CHILD: child('child'), DAEMON: child('daemon') };
    const script = 'setsid -f python3 -c "$DAEMON"; python3 -c "$CHILD" & wait';
    const component = place.start(['sh', '-c', script], { binds, env });
    await started(component.stdout, 'child');
    await started(component.stdout, 'daemon');
    await component.terminate(5_000);
    for (const name of ['child', 'daemon']) expect(readFileSync(join(folder, name), 'utf8')).toBe('asked');
    expect(await component.ended).toMatchObject({ reason: 'exited', code: 143 });
  });

  it('kills after the grace what does not listen, and tells so', async () => {
    const script =
      'trap "" TERM; setsid -f sh -c "trap : TERM; while :; do sleep 1; done"; echo up; while :; do sleep 1; done';
    const component = place.start(['sh', '-c', `: ${marker}; ${script}`]);
    await started(component.stdout, 'up');
    const start = performance.now();
    await component.terminate(400);
    const ms = performance.now() - start;
    expect([ms >= 390, ms < 2_000]).toEqual([true, true]);
    expect(await component.ended).toMatchObject({ reason: 'exited', code: 137 });
  });

  it('ends a sandbox whose agent does not answer', async () => {
    const component = place.start(['sh', '-c', `: ${marker}; echo up; sleep 60`]);
    await started(component.stdout, 'up');
    for (const pid of descendants(component.pid ?? 0))
      if (readFileSync(`/proc/${pid}/comm`, 'latin1') === 'node\n') process.kill(pid, 'SIGSTOP');
    await component.terminate(100);
    expect(await component.ended).toMatchObject({ reason: 'stopped' });
  });

  it('takes what a program that ended left running, and is harmless twice', async () => {
    const component = place.start([
      'sh',
      '-c',
      `setsid -f sleep 61 ${marker} 2>/dev/null || setsid -f sh -c ': ${marker}; sleep 61'; exit 3`,
    ]);
    expect(await component.ended).toMatchObject({ reason: 'exited', code: 3 });
    await Promise.all([component.terminate(1_000), component.terminate(1_000)]);
    await component.stop();
    expect(await component.ended).toMatchObject({ code: 3 });
  });
});

describe('output', () => {
  it('comes from both streams, whole', async () => {
    const chunks: Buffer[] = [];
    const script = 'import sys; sys.stderr.write("e" * 3000000); sys.stdout.write("o" * 3000000)';
    const component = place.start(python(script), { onStderr: (chunk) => chunks.push(chunk) });
    await component.ended;
    await component.terminate(100);
    expect([component.stdout().length, Buffer.concat(chunks).length]).toEqual([3_000_000, 3_000_000]);
  });
});

describe('a host that is killed', () => {
  it.each([
    ['ignores SIGTERM', 'trap "" TERM HUP INT; while :; do sleep 1; done'],
    [
      'forked twice and left the session',
      'setsid -f sh -c ": MARK; setsid -f sleep 62; sleep 62"; while :; do sleep 1; done',
    ],
    ['stopped its agent', 'kill -STOP $PPID; sleep 63'],
  ])('leaves nothing of a program that %s, with storage', async (_, script) => {
    const folder = mkdtempSync('/tmp/hg-host-');
    try {
      const bundle = join(folder, 'host.mjs');
      await build({
        stdin: {
          contents: `
            import { findBubblewrap } from './src/adapters/sandbox/bubblewrap.ts';
            import { standardLimits } from './src/adapters/sandbox/limits.ts';
            import { startSandbox } from './src/adapters/sandbox/sandbox.ts';
            import { openWorkplace } from './src/adapters/sandbox/workplace.ts';
            const { ready } = startSandbox({ workplace: openWorkplace(), bubblewrap: await findBubblewrap(), env: {}, cwd: null, files: [],
              provides: [], slots: [], limits: { ...standardLimits, cpuSeconds: null, fileBytes: null },
              argv: ['sh', '-c', process.argv[2]], binds: [{ source: process.argv[3], target: '/data', writable: true }] });
            await ready;
            setInterval(() => {}, 1000);`,
          resolveDir: process.cwd(),
          loader: 'ts',
        },
        outfile: bundle,
        bundle: true,
        platform: 'node',
        format: 'esm',
      });
      const text = `: ${marker}; touch /data/up; ${script.replace('MARK', marker)}`;
      const host = spawn(process.execPath, [bundle, text, folder], { stdio: 'inherit' });
      const ended = new Promise((done) => host.on('exit', done));
      while (!existsSync(join(folder, 'up'))) await sleep(20);
      await sleep(150);
      expect(processesWith(marker).length).toBeGreaterThan(1);
      host.kill('SIGKILL');
      await ended;
      const end = Date.now() + 3_000;
      while (processesWith(marker).length > 0 && Date.now() < end) await sleep(20);
      expect(processesWith(marker)).toEqual([]);
      writeFileSync(join(folder, 'mine'), '');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
