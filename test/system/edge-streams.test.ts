/** What edges carry: every byte in order, both directions on their own, at once, and held back by who reads slowly. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openExportRelay } from '../../src/adapters/relay/export-relay.ts';
import { inside } from '../../src/adapters/sandbox/inside.ts';
import { type Component, openPlace, type Place, python, slotTo } from './edge-fixture.ts';
import { processesWith } from './policy-fixture.ts';

/** By its first line: `take` counts what comes until the half-close, `give N` sends N bytes, `slow` reads nothing for a while. */
const provider = `
import hashlib, socket, threading, time
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', 8080)); s.listen(200)
def work(c):
    f = c.makefile('rb'); word = f.readline().split()
    if word[0] == b'take':
        h = hashlib.sha256(); n = 0
        while d := f.read(1 << 16): h.update(d); n += len(d)
        c.sendall(('%d %s' % (n, h.hexdigest())).encode())
    elif word[0] == b'give':
        n = int(word[1]); block = bytes(range(256)) * 4096
        while n > 0: c.sendall(block[:n]); n -= len(block)
    elif word[0] == b'slow':
        time.sleep(float(word[1])); n = 0
        while d := f.read(1 << 16): n += len(d)
        c.sendall(str(n).encode())
    elif word[0] == b'sse':
        while f.readline().strip(): pass
        c.sendall(b'HTTP/1.1 200 OK\\r\\ncontent-type: text/event-stream\\r\\n\\r\\n')
        for i in range(5): c.sendall(b'data: %d\\n\\n' % i); time.sleep(0.3)
    elif word[0] == b'GET':
        while f.readline().strip(): pass
        c.sendall(b'HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: websocket\\r\\n\\r\\nhello')
        while d := c.recv(65536): c.sendall(d[::-1])
    f.close(); c.close()
while True:
    c, _ = s.accept(); threading.Thread(target=work, args=(c,), daemon=True).start()
`;
const client = (body: string): readonly string[] =>
  python(`
import hashlib, json, os, socket, sys, time
def dial(): return socket.create_connection(('127.0.0.1', 20000))
def rest(s):
    out = b''
    while d := s.recv(1 << 20): out += d
    return out
${body}`);

let place: Place;
let edge: ReturnType<Place['edge']>;
let running: Component;
beforeAll(async () => {
  place = await openPlace();
  edge = place.edge('0');
  running = place.start(python(provider), { provides: [{ socket: edge, port: 8080 }], readyPorts: [8080] });
  await running.ready;
});
afterAll(() => place.close());
const ask = (body: string): Promise<unknown> => place.ask(client(body), { slots: slotTo(edge) });

/** Resident bytes of the agents of this test's sandboxes: one for each sandbox. */
const agents = (): readonly number[] =>
  processesWith(inside.agent).flatMap((pid) => {
    const read = (file: string): string => {
      try {
        return readFileSync(`/proc/${pid}/${file}`, 'latin1');
      } catch {
        return '';
      }
    };
    const ours = /^\S*node\0/.test(read('cmdline'));
    return ours ? [Number(/VmRSS:\s*(\d+)/.exec(read('status'))?.[1] ?? 0) / 1024] : [];
  });

describe('an edge', () => {
  it('carries 100 MiB up, ended by a half-close, and the answer back', async () => {
    const body = `
s = dial(); h = hashlib.sha256(); s.sendall(b'take\\n')
for i in range(100): d = os.urandom(1 << 20); h.update(d); s.sendall(d)
s.shutdown(socket.SHUT_WR); print(json.dumps(rest(s).decode() == '%d %s' % (100 << 20, h.hexdigest())))`;
    expect(await ask(body)).toBe(true);
  });

  it('carries 100 MiB down, whole', async () => {
    const body = `
s = dial(); s.sendall(b'give %d\\n' % (100 << 20)); h = hashlib.sha256(); n = 0
while d := s.recv(1 << 20): h.update(d); n += len(d)
print(json.dumps([n, h.hexdigest() == hashlib.sha256(bytes(range(256)) * 4096 * 100).hexdigest()]))`;
    expect(await ask(body)).toEqual([100 << 20, true]);
  });

  it('carries both directions at once on forty connections', async () => {
    const body = `
import threading
bad = []
def one(i):
    s = dial(); data = bytes([i]) * (1 << 20); s.sendall(b'take\\n' + data); s.shutdown(socket.SHUT_WR)
    if rest(s).decode() != '%d %s' % (len(data), hashlib.sha256(data).hexdigest()): bad.append(i)
    s = dial(); s.sendall(b'give %d\\n' % (i * 1000 + 1))
    if len(rest(s)) != i * 1000 + 1: bad.append(-i)
ts = [threading.Thread(target=one, args=(i,)) for i in range(40)]
[t.start() for t in ts]; [t.join() for t in ts]; print(json.dumps(bad))`;
    expect(await ask(body)).toEqual([]);
  });

  it('passes every event on at once', async () => {
    const body = `
s = dial(); s.sendall(b'sse\\n\\n'); t = time.time(); times = []
while d := s.recv(65536):
    if b'data' in d: times.append(time.time() - t)
print(json.dumps([len(times), times[0] * 1000, (times[-1] - times[0]) * 1000]))`;
    const [count, first, whole] = (await ask(body)) as number[];
    expect(count).toBe(5);
    expect(first).toBeLessThan(200);
    expect(whole).toBeGreaterThan(1_000);
  });

  it('lets a connection change its protocol', async () => {
    const body = `
s = dial(); s.sendall(b'GET / HTTP/1.1\\r\\nupgrade: websocket\\r\\nconnection: upgrade\\r\\n\\r\\n'); out = b''
while not out.endswith(b'hello'): out += s.recv(100)
s.sendall(b'abc'); print(json.dumps([out[:12].decode(), s.recv(100).decode()]))`;
    expect(await ask(body)).toEqual(['HTTP/1.1 101', 'cba']);
  });

  it('holds a sender back while the other end does not read, and takes no memory for it', async () => {
    const body = `
s = dial(); s.sendall(b'slow 1.5\\n'); s.setblocking(False); sent = 0; block = bytes(1 << 20); end = time.time() + 1
while time.time() < end:
    try: sent += s.send(block)
    except BlockingIOError: time.sleep(0.01)
held = sent; s.setblocking(True); s.sendall(bytes(64 << 20)); s.shutdown(socket.SHUT_WR)
print(json.dumps([held >> 20, int(rest(s)) == held + (64 << 20)]))`;
    const consumer = place.start(client(body), { slots: slotTo(edge) });
    await sleep(900);
    const during = agents();
    await consumer.ended;
    const [held, whole] = JSON.parse(consumer.stdout()) as [number, boolean];
    await consumer.stop();
    expect(whole).toBe(true);
    expect(held).toBeLessThan(32);
    expect(during.length).toBeGreaterThanOrEqual(2);
    expect(Math.max(...during)).toBeLessThan(100);
  });

  it('is closed when the program at its end goes away', async () => {
    const other = place.edge('1');
    const dies = `
import socket
s = socket.socket(); s.bind(('127.0.0.1', 8080)); s.listen(5); c, _ = s.accept(); c.sendall(b'x'); c.recv(1)`;
    place.start(python(dies), { provides: [{ socket: other, port: 8080 }] });
    const body = `
s = dial(); a = s.recv(10); t = time.time(); s.sendall(b'y'); b = rest(s); first = time.time() - t; t = time.time()
try: b += rest(dial())
except OSError: pass
print(json.dumps([a.decode(), b.decode(), first < 1, time.time() - t < 1]))`;
    expect(await place.ask(client(body), { slots: slotTo(other) })).toEqual(['x', '', true, true]);
  });
});

describe('an export', () => {
  it('leads from a port of the host to the provider, and is gone when closed', async () => {
    const relay = await openExportRelay({ path: edge.path, ipv6: true });
    const body = `
for host in ('127.0.0.1', '::1'):
    s = socket.create_connection((host, ${relay.port})); s.sendall(b'take\\n' + bytes(5 << 20)); s.shutdown(socket.SHUT_WR); print(rest(s).decode().split()[0])`;
    const { execFile } = await import('node:child_process');
    const [file = '', ...args] = client(body);
    const out = await new Promise<string>((done) =>
      execFile(file, args, (error, stdout) => done(error ? String(error) : stdout)),
    );
    expect(out).toBe(`${5 << 20}\n${5 << 20}\n`);
    await expect(openExportRelay({ path: edge.path, port: relay.port })).rejects.toThrow(/EADDRINUSE/);
    await relay.close();
    const again = await openExportRelay({ path: edge.path, port: relay.port });
    await again.close();
  });

  it('ends its connections when it is closed, and refuses those to an edge that ended', async () => {
    const { connect } = await import('node:net');
    const relay = await openExportRelay({ path: edge.path });
    const open = connect({ port: relay.port, host: '127.0.0.1' });
    await new Promise((done) => open.once('connect', done));
    open.write('slow 60\n');
    await sleep(100);
    const ended = new Promise((done) => open.once('close', done));
    open.on('error', () => {}).resume();
    await relay.close();
    await ended;
    const gone = place.edge('2');
    const none = await openExportRelay({ path: gone.path, holdMs: 200 });
    for (const release of [false, true]) {
      if (release) gone.release();
      const start = performance.now();
      const client_ = connect({ port: none.port, host: '127.0.0.1' });
      await new Promise((done) =>
        client_
          .once('close', done)
          .on('error', () => {})
          .resume(),
      );
      expect(performance.now() - start >= 190).toBe(!release);
    }
    await none.close();
  });
});
