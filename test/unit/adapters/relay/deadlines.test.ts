/**
 * What ends connections that only wait, at each relay by itself: behind it stands a server that waits for ever. Each test lets a
 * connection that does as it should go on beside the one that waits, and asks which of both ended.
 */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEgressProxy } from '../../../../src/adapters/relay/egress-proxy.ts';
import { openExportRelay } from '../../../../src/adapters/relay/export-relay.ts';
import { openExternalRelay } from '../../../../src/adapters/relay/external-relay.ts';
import type { ConnectionBounds } from '../../../../src/adapters/sandbox/connections.ts';

let folder = '';
const ends: (() => unknown)[] = [];
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'hg-late-')));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true });
});

type Bounds = Partial<ConnectionBounds>;
/** How a client reaches the relay, and what it has to say before bytes go through. */
interface Way {
  readonly to: net.NetConnectOpts;
  readonly opening: string;
}

async function listen(server: net.Server, at: net.ListenOptions): Promise<void> {
  await new Promise<void>((done) => server.listen(at, done));
  ends.push(() => server.close());
}

/** Answers each byte with that byte, and waits for ever. */
async function echo(at: net.ListenOptions): Promise<net.AddressInfo | string | null> {
  const open = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    open.add(socket.on('error', () => {}));
    socket.pipe(socket);
  });
  await listen(server, at);
  ends.push(() => {
    for (const socket of open) socket.destroy();
  });
  return server.address();
}

const portOf = (address: net.AddressInfo | string | null): number => (address as net.AddressInfo).port;
const loopback = { host: '127.0.0.1', port: 0 };

async function exported(bounds: Bounds, isHttp: boolean): Promise<Way> {
  const path = join(folder, 'edge');
  await echo({ path });
  const relay = await openExportRelay({ path, http: isHttp, bounds });
  ends.push(relay.close);
  return { to: { host: '127.0.0.1', port: relay.port }, opening: '' };
}

async function external(bounds: Bounds, scheme: 'http' | 'tcp'): Promise<Way> {
  const port = portOf(await echo(loopback));
  const relay = await openExternalRelay({
    folder,
    name: 'x',
    slot: 'api',
    url: `${scheme}://127.0.0.1:${port}`,
    bounds,
  });
  ends.push(relay.close);
  return { to: { path: relay.path }, opening: '' };
}

async function egress(bounds: Bounds): Promise<Way> {
  const target = `127.0.0.1:${portOf(await echo(loopback))}`;
  const proxy = await openEgressProxy({ folder, name: 'y', grants: [target], bounds });
  ends.push(proxy.close);
  return { to: { path: proxy.path }, opening: `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n` };
}

/** A socket, opened and answered; whether it is closed by now. */
async function dial({ to, opening }: Way): Promise<{ readonly socket: net.Socket; readonly isClosed: () => boolean }> {
  const socket = net.connect(to);
  let closed = false;
  socket
    .on('error', () => {})
    .on('close', () => {
      closed = true;
    });
  ends.push(() => socket.destroy());
  await new Promise((done) => socket.once('connect', done));
  if (opening !== '') {
    socket.write(opening);
    await new Promise((done) => socket.once('data', done));
  }
  socket.resume();
  return { socket, isClosed: () => closed };
}

/** Far more turns than a deadline takes, however slow the machine: both wait for the same clock. */
const most = 1_000;
const bounds = { headMs: 100, idleMs: 600_000 };

describe('a head that comes letter by letter', () => {
  it.each([
    ['an export', (of: Bounds) => exported(of, true)],
    ['a slot that leads outside', (of: Bounds) => external(of, 'http')],
    ['the way out', async (of: Bounds) => ({ ...(await egress(of)), opening: '' })],
  ])('is not waited for until it ends: %s', async (_, open) => {
    const { socket, isClosed } = await dial(await open(bounds));
    socket.write('GET / HTTP/1.1\r\nhost: x\r\nx: ');
    let letters = 0;
    for (; letters < most && !isClosed(); letters++) {
      socket.write('y');
      await sleep(5);
    }
    expect([isClosed(), letters < most]).toEqual([true, true]);
  });

  it.each([
    ['whose head is there', true, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['that carries anything else', false, 'x'],
  ])('is all that it is waited for: an export %s goes on', async (_, isHttp, opening) => {
    const { to } = await exported(bounds, isHttp);
    const good = await dial({ to, opening });
    // This one says nothing, and has as long.
    const silent = await dial(await external(bounds, 'http'));
    for (let turn = 0; turn < most && !silent.isClosed(); turn++) await sleep(5);
    await sleep(bounds.headMs);
    expect(good.isClosed()).toBe(false);
  });
});

describe('a connection over which nothing goes', () => {
  const short = { headMs: 600_000, idleMs: 200 };
  it.each([
    ['an export', (of: Bounds) => exported(of, false)],
    ['a slot that leads outside', (of: Bounds) => external(of, 'tcp')],
    ['the way out', egress],
  ])('is ended, and one that is used is not: %s', async (_, open) => {
    const way = await open(short);
    const [idle, busy] = [await dial(way), await dial(way)];
    let turns = 0;
    for (; turns < most && !idle.isClosed() && !busy.isClosed(); turns++) {
      busy.socket.write('x');
      await sleep(5);
    }
    expect([idle.isClosed(), busy.isClosed(), turns < most]).toEqual([true, false, true]);
  });
});
