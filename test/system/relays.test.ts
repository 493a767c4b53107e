/** The ways out of a scenario: URLs behind slots of the root, and granted egress. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { proxyEnvironment } from '../../src/adapters/relay/egress-environment.ts';
import { openEgressProxy } from '../../src/adapters/relay/egress-proxy.ts';
import { openExternalRelay } from '../../src/adapters/relay/external-relay.ts';
import type { Relay } from '../../src/adapters/relay/relay.ts';
import { openPlace, type Place, python, slotTo } from './edge-fixture.ts';

const folder = mkdtempSync('/tmp/hg-relay-');
let count = 0;
const open: { readonly close: () => unknown }[] = [];
let place: Place;
let certificate = { key: '', cert: '' };
beforeAll(async () => {
  place = await openPlace();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...args, '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', cert], {
    stdio: 'ignore',
  });
  certificate = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
});
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});
afterAll(async () => {
  await place.close();
  rmSync(folder, { recursive: true });
});

const at = async (server: TcpServer): Promise<number> => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  open.push({
    close: () => {
      (server as Server).closeAllConnections?.();
      server.close();
    },
  });
  return (server.address() as AddressInfo).port;
};
const relayTo = async (
  url: string,
  more: { readonly ca?: string } = {},
): Promise<{ readonly folder: string; readonly path: string } & Relay> => {
  const relay = await openExternalRelay({ folder, name: `e${count++}`, slot: 'api', url, ...more });
  open.push(relay);
  return relay;
};
const proxyFor = async (
  grants: readonly string[],
  names: Readonly<Record<string, string>> = {},
): ReturnType<typeof openEgressProxy> => {
  const lookup = async (host: string): Promise<readonly string[]> => {
    if (names[host] === undefined) throw Object.assign(new Error(), { code: 'ENOTFOUND' });
    return [names[host]];
  };
  const proxy = await openEgressProxy({ folder, name: `p${count++}`, grants, lookup });
  open.push(proxy);
  return proxy;
};

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
const ask = (
  socketPath: string,
  path: string,
  more: { readonly method?: string; readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Answer> =>
  new Promise((done, fail) => {
    const { body, ...options } = more;
    const out = request({ socketPath, path, agent: false, ...options }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
      });
      answer.on('end', () => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      answer.on('error', fail);
    });
    out.on('error', fail);
    out.end(body);
  });
const raw = (socketPath: string, text: string): Promise<string> =>
  new Promise((done) => {
    let out = '';
    const socket = connect({ path: socketPath });
    socket.on('data', (chunk) => {
      out += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => done(out));
    socket.write(text);
  });

const echo: RequestListener = (incoming, answer) => {
  let text = '';
  incoming.on('data', (chunk) => {
    text += chunk;
  });
  incoming.on('end', () => {
    answer.writeHead(
      201,
      'Made',
      [
        ['x-two', 'a'],
        ['x-two', 'b'],
        ['Connection', 'close, x-hop'],
        ['x-hop', '1'],
      ].flat(),
    );
    answer.end(JSON.stringify({ method: incoming.method, url: incoming.url, headers: incoming.headers, body: text }));
  });
};

describe('a slot that leads to an http URL', () => {
  it('gets its host and base path; everything else stays but what belongs to one connection', async () => {
    const port = await at(createServer(echo));
    const { path } = await relayTo(`http://user:pa%20ss@127.0.0.1:${port}/base/`);
    const headers = {
      Host: '127.0.0.1:20000',
      'X-Own': 'v',
      Connection: 'close, x-drop',
      'X-Drop': '1',
      TE: 'trailers',
    };
    const { status, headers: got, body } = await ask(path, '/a//b?c=%2F', { method: 'PATCH', headers, body: 'hello' });
    const seen = JSON.parse(body);
    expect([status, got['x-two'], got['x-hop']]).toEqual([201, 'a, b', undefined]);
    expect(seen).toMatchObject({ method: 'PATCH', url: '/base/a//b?c=%2F', body: 'hello' });
    expect(seen.headers).toMatchObject({
      host: `127.0.0.1:${port}`,
      'x-own': 'v',
      authorization: `Basic ${Buffer.from('user:pa ss').toString('base64')}`,
    });
    expect(Object.keys(seen.headers)).not.toEqual(expect.arrayContaining(['x-drop']));
    expect(seen.headers.te).toBeUndefined();
  });

  it('cannot be led out of its base path, nor to another host', async () => {
    const port = await at(createServer(echo));
    const { path } = await relayTo(`http://127.0.0.1:${port}/base`);
    for (const target of ['/../admin', '/a/%2e%2E/../admin', '/a%2f..%2fadmin', '/..;x/admin', '/a\\..\\admin'])
      expect((await ask(path, target)).status, target).toBe(400);
    const absolute = await raw(path, 'GET http://10.0.0.1/x HTTP/1.1\r\nhost: 10.0.0.1\r\nconnection: close\r\n\r\n');
    expect(absolute).toContain(`"url":"/base/x"`);
    expect(absolute).toContain(`"host":"127.0.0.1:${port}"`);
  });

  it('cannot be led out of it by what follows an offer, or by asking about all of a server', async () => {
    const asked: string[] = [];
    const lax = createTcpServer((socket) => {
      setTimeout(() => socket.destroy(), 500);
      // Answers whatever stands on the connection, whether it was to be the last or not.
      socket.on('data', (chunk: Buffer) => {
        for (const [, target = ''] of chunk.toString('latin1').matchAll(/^[A-Z]+ (\S+) HTTP/gm)) {
          asked.push(target);
          socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        }
      });
    });
    const port = await at(lax);
    const { path } = await relayTo(`http://127.0.0.1:${port}/base`);
    const first = 'GET /a HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: h2c\r\n\r\n';
    await raw(path, `${first}GET /admin HTTP/1.1\r\nhost: x\r\n\r\n`);
    for (const [method, target] of [
      ['GET', '*'],
      ['OPTIONS', '*'],
      ['GET', '/%252e%252e/admin'],
      ['GET', '/..;/admin'],
    ])
      for (const offer of [
        '',
        'connection: Upgrade\r\nupgrade: h2c\r\n',
        'connection: Upgrade\r\nupgrade: websocket\r\n',
      ])
        expect(
          await raw(
            path,
            `${method} ${target} HTTP/1.1\r\nhost: x\r\n${offer === '' ? 'connection: close\r\n' : offer}\r\n`,
          ),
        ).toMatch(/^HTTP\/1.1 400 /);
    expect(asked.filter((target) => target !== '/base/a')).toEqual([]);
  });

  it('streams events as they come, and bodies of 100 MiB both ways', async () => {
    const server = createServer((incoming, answer) => {
      if (incoming.url === '/events') {
        answer.writeHead(200, { 'content-type': 'text/event-stream' });
        let left = 4;
        const timer = setInterval(() => {
          answer.write(`data: ${left}\n\n`);
          if (--left === 0) {
            clearInterval(timer);
            answer.end();
          }
        }, 150);
      } else incoming.pipe(answer);
    });
    const { folder: edge, path } = await relayTo(`http://127.0.0.1:${await at(server)}`);
    const script = `
import hashlib, http.client, json, os, time
c = http.client.HTTPConnection('127.0.0.1', 20000); t = time.time(); c.request('GET', '/events'); r = c.getresponse(); head = time.time() - t
r.readline(); first = time.time() - t; r.read(); whole = time.time() - t
block = os.urandom(1 << 20)
def body():
    for i in range(100): yield block
c = http.client.HTTPConnection('127.0.0.1', 20000)
import threading
c.putrequest('POST', '/'); c.putheader('content-length', str(100 << 20)); c.endheaders()
def send():
    for b in body(): c.send(b)
s = threading.Thread(target=send); s.start(); r = c.getresponse(); n = 0; good = True
while d := r.read(1 << 20): n += len(d); good = good and d == block
print(json.dumps([head < 0.2, first < 0.35, whole > 0.5, n, good]))`;
    expect(await place.ask(python(script), { slots: slotTo({ folder: edge, path }) })).toEqual([
      true,
      true,
      true,
      100 << 20,
      true,
    ]);
  });

  it('lets a connection become a WebSocket, and takes no other offer', async () => {
    const server = createServer(echo);
    server.on('upgrade', (incoming, socket) => {
      const key = createHash('sha1').update(`${incoming.headers['sec-websocket-key']}x`).digest('hex');
      if (incoming.url === '/no') socket.end('HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\n\r\nno');
      else {
        socket.write(
          `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Key: ${key}\r\n\r\n`,
        );
        socket.on('data', (chunk: Buffer) => socket.end(chunk.reverse()));
      }
    });
    const { path } = await relayTo(`http://127.0.0.1:${await at(server)}`);
    const offer = (at_: string): string =>
      `GET ${at_} HTTP/1.1\r\nhost: x\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: k\r\n\r\n`;
    const text = await raw(path, `${offer('/ws')}abc`);
    expect(text).toMatch(/^HTTP\/1.1 101 [\s\S]*X-Key: [0-9a-f]{40}\r\n\r\ncba$/);
    expect(await raw(path, offer('/no'))).toMatch(/^HTTP\/1.1 401 Unauthorized\r\n[\s\S]*no$/);
    const h2c =
      'POST /p HTTP/1.1\r\nhost: x\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: h2c\r\nhttp2-settings: AA\r\ncontent-length: 2\r\n\r\nhi';
    expect(await raw(path, h2c)).toMatch(/^HTTP\/1.1 201 [\s\S]*"body":"hi"/);
  });

  it('is answered with 502 and the name of the slot when nobody is there, and breaks off when the answer does', async () => {
    const server = createServer((_, answer) => {
      answer.writeHead(200, { 'content-length': '100' });
      answer.write('part', () => answer.destroy());
    });
    const port = await at(server);
    const { path } = await relayTo(`http://u:secret@127.0.0.1:${port}`);
    await expect(ask(path, '/')).rejects.toThrow(/aborted|hang up/);
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    const { status, body } = await ask(path, '/');
    expect([status, body]).toEqual([
      502,
      `headgate: slot \`api\` leads to http://127.0.0.1:${port}, which cannot be reached: ECONNREFUSED\n`,
    ]);
    expect(await raw(path, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n')).toMatch(
      /^HTTP\/1.1 502 [\s\S]*slot `api`/,
    );
  });
});

describe('a slot that leads elsewhere', () => {
  it('https: the certificate is checked', async () => {
    const port = await at(createSecureServer(certificate, echo));
    const trusted = await relayTo(`https://localhost:${port}/v1`, { ca: certificate.cert });
    expect(JSON.parse((await ask(trusted.path, '/x')).body)).toMatchObject({
      url: '/v1/x',
      headers: { host: `localhost:${port}` },
    });
    const unknown = await relayTo(`https://localhost:${port}`);
    expect(await ask(unknown.path, '/x')).toMatchObject({
      status: 502,
      body: expect.stringContaining('DEPTH_ZERO_SELF_SIGNED_CERT'),
    });
    const misnamed = await relayTo(`https://127.0.0.1:${port}`, { ca: certificate.cert });
    expect(await ask(misnamed.path, '/x')).toMatchObject({
      status: 502,
      body: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });

  it('tcp: bytes, half-closed; a closed connection when nobody is there', async () => {
    const server = createTcpServer({ allowHalfOpen: true }, (socket) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.on('end', () => socket.end(text.toUpperCase()));
    });
    const port = await at(server);
    const { path } = await relayTo(`tcp://127.0.0.1:${port}`);
    const said = await new Promise((done) => {
      let out = '';
      const socket = connect({ path, allowHalfOpen: true });
      socket.on('data', (chunk) => {
        out += chunk;
      });
      socket.on('end', () => done(out)).end('hello');
    });
    expect(said).toBe('HELLO');
    await new Promise((done) => server.close(done));
    expect(await raw(path, 'x')).toBe('');
  });

  it('leaves nothing when it is closed', async () => {
    const port = await at(createServer(() => {}));
    const relay = await relayTo(`http://127.0.0.1:${port}`);
    const pending = raw(relay.path, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await new Promise((done) => setTimeout(done, 100));
    await relay.close();
    expect(await pending).toBe('');
    expect(existsSync(relay.path)).toBe(false);
  });
});

describe('egress', () => {
  const tunnel = (
    path: string,
    target: string,
    text = 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
  ): Promise<string> => raw(path, `CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n\r\n${text}`);

  it('reaches what was granted, through a program that knows nothing but its environment', async () => {
    const port = await at(createServer(echo));
    const { folder: edge, path } = await proxyFor([`127.0.0.1:${port}`, `site.test:${port}`], {
      'site.test': '127.0.0.1',
    });
    const script = `
import json, urllib.request, urllib.error
out = []
for url in ('http://site.test:${port}/a?b', 'http://other.test:${port}/'):
    try: out.append(json.loads(urllib.request.urlopen(url).read())['url'])
    except urllib.error.HTTPError as e: out.append([e.code, e.read().decode()])
print(json.dumps(out))`;
    const env = proxyEnvironment(20_000);
    expect(await place.ask(python(script), { env, slots: slotTo({ folder: edge, path }) })).toEqual([
      '/a?b',
      [403, `headgate: egress to \`other.test:${port}\` is not granted\n`],
    ]);
    expect(await tunnel(path, `site.test:${port}`)).toMatch(/^HTTP\/1.1 200 [\s\S]*HTTP\/1.1 201 Made/);
  });

  it('does not reach this machine or a private network by a name', async () => {
    const port = await at(createServer(echo));
    const names = {
      'a.test': '127.0.0.1',
      'b.test': '169.254.169.254',
      'c.test': '::ffff:127.0.0.1',
      'd.test': '10.0.0.1',
      '0x7f.1': '127.0.0.1',
    };
    const { path } = await proxyFor([`*:${port}`], names);
    for (const name of Object.keys(names)) {
      expect(await tunnel(path, `${name}:${port}`), name).toMatch(
        /^HTTP\/1.1 403 [\s\S]*takes a grant of the address itself/,
      );
      expect((await ask(path, `http://${name}:${port}/`)).status, name).toBe(403);
    }
    for (const target of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]'])
      expect(await tunnel(path, `${target}:${port}`), target).toMatch(/^HTTP\/1.1 403 [\s\S]*is not granted/);
  });

  it('reaches this machine as `localhost` at the ports that were granted by that name', async () => {
    const [port, other] = [await at(createServer(echo)), await at(createServer(echo))];
    const { path } = await proxyFor([`localhost:${port}`, '*:*'], { localhost: '127.0.0.1' });
    expect((await ask(path, `http://LocalHost.:${port}/`)).status).toBe(201);
    expect(await tunnel(path, `localhost:${port}`)).toMatch(/^HTTP\/1.1 200 [\s\S]*HTTP\/1.1 201 Made/);
    expect(await tunnel(path, `localhost:${other}`)).toMatch(/^HTTP\/1.1 403 [\s\S]*a grant of the address itself/);
    expect(await tunnel(path, `127.0.0.1:${port}`)).toMatch(/^HTTP\/1.1 403 [\s\S]*is not granted/);
  });

  it('tells what is wrong', async () => {
    const { path } = await proxyFor(['gone.test:443', '127.0.0.1:1']);
    expect(await tunnel(path, 'gone.test:443')).toMatch(/^HTTP\/1.1 502 [\s\S]*cannot be resolved: ENOTFOUND/);
    expect(await tunnel(path, '127.0.0.1:1')).toMatch(/^HTTP\/1.1 502 [\s\S]*cannot be reached: ECONNREFUSED/);
    expect(await tunnel(path, 'no-port')).toMatch(/^HTTP\/1.1 400 /);
    expect((await ask(path, '/')).status).toBe(400);
    await expect(proxyFor(['example.com'])).rejects.toThrow(
      '`example.com` grants nothing: write host:port, such as example.com:443',
    );
  });

  it('gives a sender no credentials of the way, and closes what is open', async () => {
    const port = await at(createServer(echo));
    const proxy = await proxyFor([`127.0.0.1:${port}`]);
    const { body } = await ask(proxy.path, `http://127.0.0.1:${port}/x`, {
      headers: { 'proxy-authorization': 'Basic x', 'proxy-connection': 'keep-alive' },
    });
    expect(Object.keys(JSON.parse(body).headers).filter((name) => name.startsWith('proxy'))).toEqual([]);
    const pending = tunnel(proxy.path, `127.0.0.1:${port}`, '');
    await new Promise((done) => setTimeout(done, 100));
    await proxy.close();
    expect(await pending).toMatch(/^HTTP\/1.1 200 /);
  });
});
