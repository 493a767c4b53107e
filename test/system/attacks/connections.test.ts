/** More connections than anybody needs, and connections that only wait: others go on as before. */
import { createServer } from 'node:http';
import { type AddressInfo, connect, type NetConnectOpts, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openEgressProxy } from '../../../src/adapters/relay/egress-proxy.ts';
import { openExportRelay } from '../../../src/adapters/relay/export-relay.ts';
import { openExternalRelay } from '../../../src/adapters/relay/external-relay.ts';
import { connectionBounds } from '../../../src/adapters/sandbox/connections.ts';
import type { EdgeSocket } from '../../../src/adapters/sandbox/edge-socket.ts';
import { greeter, openPlace, type Place, python, slotTo } from '../edge-fixture.ts';

let place: Place;
let edge: EdgeSocket;
let other: EdgeSocket;
const ends: (() => unknown)[] = [];
beforeAll(async () => {
  place = await openPlace();
  edge = place.edge('0');
  other = place.edge('1');
  const provides = [edge, other].map((socket) => ({ socket, port: 8080 }));
  await place.start(python(`import threading; threading.stack_size(262144)\n${greeter}`, 'hello', '8080'), {
    provides,
    readyPorts: [8080],
  }).ready;
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});
afterAll(() => place.close());

interface Client {
  readonly socket: Socket;
  readonly said: () => string;
  readonly closed: Promise<void>;
  /** Whether it is open still, and answers. */
  readonly answers: () => Promise<boolean>;
}

function dial(to: NetConnectOpts): Client {
  const socket = connect(to);
  ends.push(() => socket.destroy());
  let text = '';
  socket.on('error', () => {}).setEncoding('utf8');
  socket.on('data', (chunk) => {
    text += chunk;
  });
  const closed = new Promise<void>((done) => socket.once('close', () => done()));
  const answers = async (): Promise<boolean> => {
    const before = text.length;
    socket.write('hi');
    const answered = new Promise<boolean>((done) => socket.once('data', () => done(true)));
    return text.length > before || Promise.race([answered, closed.then(() => false)]);
  };
  return { socket, said: () => text, closed, answers };
}

describe('too many connections', () => {
  const { perEdge, perComponent } = connectionBounds;

  it('from inside, to the port of another component: those over the limit are closed, and nothing else happens', async () => {
    const many = perEdge + 100;
    const flood = python(`
import json, socket
def dial():
    s = socket.create_connection(('127.0.0.1', 20000)); s.settimeout(60); return s
def answers(s):
    try: s.sendall(b'hi'); return len(s.recv(100)) > 0
    except OSError: return False
first = dial(); said = [answers(first)]
all = [dial() for _ in range(${many})]
held = [s for s in all if answers(s)]
said.append(answers(first))
print(json.dumps([said, len(held)]), flush=True)
for s in all: s.close()
import time
for _ in range(600):
    again = dial()
    if answers(again): break
    time.sleep(0.1)
print(json.dumps(answers(again)), flush=True)
time.sleep(600)`);
    const flooding = place.start(flood, { slots: slotTo(edge) });
    await expect.poll(() => flooding.stdout().split('\n').length).toBe(3);
    const [first, second] = flooding
      .stdout()
      .split('\n')
      .map((line) => (line === '' ? null : JSON.parse(line)));
    expect(first).toEqual([[true, true], perEdge - 1]);
    expect(second).toBe(true);
    await flooding.stop();
  });

  it('over one edge leave another edge of the same component alone', async () => {
    const held = Array.from({ length: perEdge + 50 }, () => dial({ path: edge.path }));
    const answered = await Promise.all(held.map(({ answers }) => answers()));
    expect(answered.filter(Boolean)).toHaveLength(perEdge);
    expect(perComponent).toBeGreaterThan(perEdge);
    const peer = python(
      "import json, socket; s = socket.create_connection(('127.0.0.1', 20000)); s.sendall(b'hi'); print(json.dumps(s.recv(100).decode()))",
    );
    expect(await place.ask(peer, { slots: slotTo(other) })).toBe('hello 8080 hi');
    expect(await (held[0] as Client).answers()).toBe(true);
  });

  it('to an export: those over the limit are closed, and there is room again when others have gone', async () => {
    const relay = await openExportRelay({ path: other.path, bounds: { perEdge: 8 } });
    ends.push(relay.close);
    const at = { host: '127.0.0.1', port: relay.port };
    const held = Array.from({ length: 8 }, () => dial(at));
    expect(await Promise.all(held.map(({ answers }) => answers()))).toEqual(held.map(() => true));
    expect(await dial(at).answers()).toBe(false);
    expect(await (held[0] as Client).answers()).toBe(true);
    held[1]?.socket.end();
    await held[1]?.closed;
    await expect.poll(() => dial(at).answers()).toBe(true);
  });
});

describe('connections that only wait', () => {
  const slowly = async ({ socket, closed }: Client): Promise<void> => {
    let isClosed = false;
    void closed.then(() => {
      isClosed = true;
    });
    for (const letter of `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(100_000)}`) {
      if (isClosed) return;
      socket.write(letter);
      await sleep(20);
    }
  };
  const late = async (): Promise<number> => {
    const server = createServer((_, answer) => setTimeout(() => answer.end('late'), 1_500));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ends.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    return (server.address() as AddressInfo).port;
  };
  const question = (target: string): string => `GET ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
  const bounds = { headMs: 500 };

  it('a request whose head never ends is closed, at an export, a slot that leads outside, and on the way out', async () => {
    const port = await late();
    const folder = place.folder;
    const external = await openExternalRelay({
      folder,
      name: 'x',
      slot: 'api',
      url: `http://127.0.0.1:${port}`,
      bounds,
    });
    const proxy = await openEgressProxy({ folder, name: 'y', grants: [`127.0.0.1:${port}`], bounds });
    const relay = await openExportRelay({ path: external.path, http: true, bounds });
    ends.push(external.close, proxy.close, relay.close);
    const ways: readonly (readonly [NetConnectOpts, string])[] = [
      [{ path: external.path }, '/'],
      [{ path: proxy.path }, `http://127.0.0.1:${port}/`],
      [{ host: '127.0.0.1', port: relay.port }, '/'],
    ];
    for (const [to, target] of ways) {
      const [slow, silent, good] = [dial(to), dial(to), dial(to)];
      good.socket.write(question(target));
      await Promise.all([slowly(slow), silent.closed]);
      expect(slow.said()).toMatch(/^(HTTP\/1.1 408 [\s\S]*)?$/);
      // It asked in time, and its answer takes longer than a head may.
      await good.closed;
      expect(good.said()).toMatch(/^HTTP\/1.1 200 OK\r\n[\s\S]*late/);
    }
  });

  it('an export that carries anything else has no such deadline, and is closed when nothing moves at all', async () => {
    const relay = await openExportRelay({ path: other.path, bounds: { headMs: 100, idleMs: 4_000 } });
    ends.push(relay.close);
    const at = { host: '127.0.0.1', port: relay.port };
    const [idle, busy] = [dial(at), dial(at)];
    let isIdle = true;
    void idle.closed.then(() => {
      isIdle = false;
    });
    while (isIdle) {
      expect(await busy.answers()).toBe(true);
      await sleep(100);
    }
    expect(await busy.answers()).toBe(true);
  });
});
