/** Nothing leaves uncounted in the body of what is counted, over a slot of the root and over the proxy of a sandbox. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openEgressProxy } from '../../src/adapters/relay/egress-proxy.ts';
import { openExternalRelay } from '../../src/adapters/relay/external-relay.ts';

const folder = mkdtempSync('/tmp/hg-smuggling-');
const sockets = new Set<Socket>();
let server: Server;
let target = '';
/** First lines of all requests that were served. */
let asked: string[] = [];
/** It never reads a body, and takes what follows a head for the next request, until it is to close. */
beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    let text = '';
    let isOver = false;
    socket.on('error', () => {});
    socket.on('data', (piece) => {
      text += piece.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0 && !isOver; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        asked.push(head.split('\r\n')[0] ?? '');
        isOver = /^connection: *close/im.test(head);
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
        if (isOver) socket.end();
      }
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  for (const socket of sockets) socket.destroy();
  server.close();
  rmSync(folder, { recursive: true });
});

let admitted = 0;
let close: () => unknown = () => {};
beforeEach(() => {
  asked = [];
  admitted = 0;
});
afterEach(() => close());
const admit = (): boolean => {
  admitted++;
  return true;
};
let count = 0;
/** A door, and what a target begins with there. */
const doors = {
  'a slot of the root': async () => {
    const relay = await openExternalRelay({ folder, name: `r${count++}`, slot: 'up', url: `http://${target}`, admit });
    return { relay, origin: '' };
  },
  'the proxy': async () => {
    const relay = await openEgressProxy({ folder, name: `p${count++}`, grants: [target], admit });
    return { relay, origin: `http://${target}` };
  },
} as const;

/** Everything that comes until nothing comes any more. */
async function send(path: string, text: string): Promise<string> {
  const socket = connect({ path });
  let out = '';
  socket.on('data', (piece) => {
    out += piece.toString('latin1');
  });
  socket.on('error', () => {});
  const closed = once(socket, 'close').catch(() => {});
  socket.write(text, 'latin1');
  await Promise.race([closed, new Promise((done) => setTimeout(done, 1500))]);
  await new Promise((done) => setTimeout(done, 100));
  socket.destroy();
  return out;
}

const hidden = 'POST /hidden HTTP/1.1\r\nhost: m\r\n\r\n';
const chunked = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
const long = `content-length: ${hidden.length}\r\n\r\n${hidden}`;
const coded = `transfer-encoding: chunked\r\n\r\n${chunked}`;
const last = (body: string): string => `connection: close\r\n${body}`;

describe.each(Object.keys(doors) as (keyof typeof doors)[])('over %s', (door) => {
  const through = async (text: (origin: string) => string): Promise<string> => {
    const { relay, origin } = await doors[door]();
    close = relay.close;
    return send(relay.path, text(origin));
  };

  it.each(
    ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'].flatMap((method) => [
      [method, 'of a length', long],
      [method, 'in chunks', coded],
    ]),
  )('what stands in the body of %s, %s, is not served', async (method, _, rest) => {
    const got = await through((origin) => `${method} ${origin}/x HTTP/1.1\r\nhost: m\r\n${last(rest)}`);
    expect(got).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(asked.filter((line) => !line.startsWith(`${method} /x `))).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(admitted);
  });

  it.each(['GET', 'POST'])('nor is it later, when %s is followed by others', async (method) => {
    const next = (origin: string): string => `GET ${origin}/next HTTP/1.1\r\nhost: m\r\n`;
    await through(
      (origin) =>
        `${method} ${origin}/x HTTP/1.1\r\nhost: m\r\n${long}${next(origin)}\r\n${next(origin)}connection: close\r\n\r\n`,
    );
    expect(asked).not.toContain('POST /hidden HTTP/1.1');
    expect(asked.length).toBeLessThanOrEqual(admitted);
  });

  it.each([
    ['two lengths', `content-length: 3\r\n${coded}`],
    ['two lengths in turn', `transfer-encoding: chunked\r\ncontent-length: 3\r\n\r\n${chunked}`],
    ['lengths that differ', `content-length: 3\r\n${long}`],
    ['a coding twice', `transfer-encoding: chunked\r\n${coded}`],
    ['a coding before it', `transfer-encoding: gzip, chunked\r\n\r\n${chunked}`],
    ['a coding that is none', `transfer-encoding: xchunked\r\n\r\n${chunked}`],
    ['a length with a sign', `content-length: +${hidden.length}\r\n\r\n${hidden}`],
    ['a chunk without a size', `transfer-encoding: chunked\r\n\r\nzz\r\n${hidden}`],
    ['a folded line', `x: a\r\n content-length: 3\r\n\r\n${hidden}`],
    ['lines without a return', `x: a\n\n${hidden}`],
    ['a space before the colon', `content-length : ${hidden.length}\r\n\r\n${hidden}`],
  ])('%s: refused', async (_, rest) => {
    const got = await through((origin) => `POST ${origin}/x HTTP/1.1\r\nhost: m\r\n${last(rest)}`);
    expect(got).toMatch(/^HTTP\/1\.1 400 /);
    expect(asked.filter((line) => !line.startsWith('POST /x '))).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(admitted);
  });

  it.each(['/x#/y', '/#', '/x?y#z'])('the target %s, which has a fragment, is refused', async (path) => {
    const got = await through((origin) => `GET ${origin}${path} HTTP/1.1\r\nhost: m\r\nconnection: close\r\n\r\n`);
    expect(got).toMatch(/^HTTP\/1\.1 400 /);
    expect([asked, admitted]).toEqual([[], 0]);
  });

  it('an offer with a body is refused, or read as a request', async () => {
    const offer = 'connection: upgrade\r\nupgrade: websocket\r\n';
    const got = await through((origin) => `GET ${origin}/x HTTP/1.1\r\nhost: m\r\n${offer}${long}`);
    expect(got).toMatch(/^HTTP\/1\.1 (200|400) /);
    expect(asked).not.toContain('POST /hidden HTTP/1.1');
  });
});
