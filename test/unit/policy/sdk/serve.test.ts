import { spawn } from 'node:child_process';
import { createConnection } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { canonicalJson, type JsonValue } from '../../../../src/base/json.ts';
import {
  definePolicy,
  finding,
  interposer,
  PolicyError,
  type PolicyServer,
  type ServeOptions,
  servePolicy,
} from '../../../../src/policy/sdk/index.ts';
import { request } from './requests.ts';

const servers: PolicyServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Served extends PolicyServer {
  readonly lines: readonly string[];
}

async function serve(
  decide: Parameters<typeof definePolicy>[0]['decide'],
  options: ServeOptions = {},
): Promise<Served> {
  const lines: string[] = [];
  const log = (line: string): void => {
    lines.push(line);
  };
  const policy = definePolicy({ name: 'test', decide });
  const server = await servePolicy(policy, { port: 0, config: {}, signals: false, log, ...options });
  servers.push(server);
  return { ...server, lines };
}

const question = (more: RequestInit = {}): RequestInit => ({ method: 'POST', body: JSON.stringify(request), ...more });

async function ask(url: string, init: RequestInit): Promise<{ status: number; body: unknown; headers: Headers }> {
  const response = await fetch(url, init);
  const body = await response.text();
  return { status: response.status, body: body === '' ? '' : JSON.parse(body), headers: response.headers };
}

/** What a server sends to raw bytes until it closes. */
function send(port: number, bytes: string): Promise<string> {
  const socket = createConnection({ port, host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.write(bytes);
  return text(socket);
}

/** What a caller in another process gets who sends everything before it reads, and what went wrong. */
async function sendAllFirst(port: number, line: string, size: number): Promise<readonly [string, string]> {
  const script = `
    const socket = require('node:net').connect(${port}, '127.0.0.1');
    socket.on('error', (error) => process.stderr.write(error.message));
    socket.pause();
    socket.write('${line} HTTP/1.1\\r\\nhost: x\\r\\ncontent-length: ${size}\\r\\n\\r\\n');
    socket.write(Buffer.alloc(${size}, 'x'), () => socket.pipe(process.stdout));
  `;
  const { stdout, stderr } = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  return Promise.all([text(stdout), text(stderr)]);
}

describe('servePolicy', () => {
  it('answers questions, and tells the policy who asks', async () => {
    let seen: unknown;
    const { url, lines } = await serve(
      (_scope, context) => {
        seen = context;
      },
      { config: { word: 'x' } },
    );
    const headers = { 'headgate-protocol': '1', 'headgate-scope': '/%C3%A4', 'headgate-policy': '#a.b' };
    const { status, body, headers: sent } = await ask(url, question({ headers }));
    expect([status, body]).toEqual([200, { interpositions: [] }]);
    expect(sent.get('content-type')).toBe('application/json');
    expect(sent.get('headgate-protocol')).toBe('1');
    expect(seen).toEqual({ protocol: '1', scope: '/ä', policy: '#a.b', config: { word: 'x' } });
    expect(lines[0]).toBe(`test: listening on ${url}`);
    expect(lines[1]).toMatch(/^test: answered #a\.b of \/ä: interpositions 0, findings 0 \(\d+\.\d ms\)$/);
  });

  it('says that it reads version 2, and answers in it where that is offered and shorter', async () => {
    const relay = interposer({ program: { path: '/bin/relay' }, samePort: true, config: { level: '${config.level}' } });
    const { url } = await serve((scope) => relay.on(scope.select({ kind: 'http' })));
    const health = await ask(url, { method: 'GET' });
    expect(health.headers.get('headgate-protocol-versions')).toBe('1, 2');
    expect(health.headers.get('headgate-protocol')).toBe('1');
    const plain = await ask(url, question());
    expect(plain.headers.get('headgate-protocol')).toBe('1');
    expect(plain.body).not.toHaveProperty('templates');
    const offered = await ask(url, question({ headers: { 'headgate-protocol-versions': '1, 2' } }));
    expect(offered.headers.get('headgate-protocol')).toBe('2');
    const [first] = (plain.body as { interpositions: { interposer: object; attachments: object }[] }).interpositions;
    expect(offered.body).toMatchObject({
      templates: { 'interposer-1': first?.interposer },
      interpositions: [{ template: 'interposer-1', attachments: first?.attachments }, { template: 'interposer-1' }],
    });
    const shared = { scope: request.scope, shared: [] };
    const inTwo = await ask(url, question({ body: JSON.stringify(shared), headers: { 'headgate-protocol': '2' } }));
    expect([inTwo.status, inTwo.body]).toEqual([200, offered.body]);
    const once = await serve((scope) => relay.on(scope.edges.filter(({ kind }) => kind === 'http').slice(0, 1)));
    const short = await ask(once.url, question({ headers: { 'headgate-protocol-versions': '1, 2' } }));
    expect([short.headers.get('headgate-protocol'), Object.keys(short.body as object)]).toEqual([
      '1',
      ['interpositions'],
    ]);
  });

  it.each([
    ['no list of values', {}],
    ['a place that is none', { shared: [], place: 0 }],
    ['a place that is no number', { shared: ['x'], place: 'x' }],
  ])('refuses a question in version 2 with %s', async (_, { place, shared }: { place?: unknown; shared?: unknown }) => {
    const { url } = await serve(() => undefined);
    const components = place === undefined ? [] : [{ shared: { program: place } }];
    const body = JSON.stringify({ scope: { components, bindings: [], imports: [], exports: [] }, shared });
    const got = await ask(url, question({ body, headers: { 'headgate-protocol': '2' } }));
    expect([got.status, (got.body as { code: string }).code]).toEqual([400, 'request']);
  });

  it.each([
    ['GET', '/', 200, { status: 'ok', policy: 'test', protocol: '1' }],
    ['GET', '/health', 200, { status: 'ok', policy: 'test', protocol: '1' }],
    ['HEAD', '/', 200, ''],
    ['GET', '/other', 404, { code: 'path', error: 'there is nothing at this path; questions are posted to /' }],
    ['POST', '/other', 404, { code: 'path', error: 'there is nothing at this path; questions are posted to /' }],
    ['POST', '/health', 404, { code: 'path', error: 'questions are posted to /' }],
    ['PUT', '/', 405, { code: 'method', error: 'a policy is asked with POST' }],
  ])('%s %s gets %d', async (method, path, status, body) => {
    const { port } = await serve(() => undefined);
    const got = await ask(`http://127.0.0.1:${port}${path}`, { method });
    expect([got.status, got.body]).toEqual([status, body]);
    if (status === 405) expect(got.headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('listens at another path, whatever stands behind a question mark', async () => {
    const { url, port } = await serve(() => undefined, { path: 'apply' });
    expect(url).toBe(`http://127.0.0.1:${port}/apply`);
    expect((await ask(`${url}?x=1`, question())).status).toBe(200);
    expect((await ask(`http://127.0.0.1:${port}/`, question())).status).toBe(404);
    expect((await ask(`http://127.0.0.1:${port}/`, {})).status).toBe(200);
  });

  it.each<[string, RequestInit, number, string]>([
    ['no JSON', { body: '{' }, 400, 'request'],
    ['no question', { body: '{}' }, 400, 'request'],
    ['no UTF-8', { body: Buffer.from([0x22, 0xff, 0x22]) }, 400, 'request'],
    ['another protocol', { headers: { 'headgate-protocol': '3' } }, 400, 'protocol'],
    ['an encoding', { headers: { 'content-encoding': 'gzip' } }, 415, 'encoding'],
    ['too long', { body: 'x'.repeat(2_000_001) }, 413, 'length'],
  ])('refuses a question that is %s', async (_name, init, status, code) => {
    const { url } = await serve(() => undefined, { maxBodyBytes: 2_000_000 });
    const got = await ask(url, question(init));
    expect([got.status, (got.body as { code: string }).code]).toEqual([status, code]);
    expect((await ask(url, question())).status).toBe(200);
  });

  it('refuses a long question that does not say how long it is', async () => {
    const { port } = await serve(() => undefined, { maxBodyBytes: 10 });
    const got = await send(
      port,
      'POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n14\r\n01234567890123456789\r\n',
    );
    expect(got).toMatch(/^HTTP\/1\.1 413 [\s\S]*connection: close[\s\S]*longer than 10 bytes/i);
  });

  it.each(['GET /', 'POST /', 'POST /elsewhere', 'PUT /'])(
    'is heard by who reads only when all is sent: %s',
    async (line) => {
      const { port } = await serve(() => undefined, { maxBodyBytes: 10 });
      const [got, faults] = await sendAllFirst(port, line, 20 << 20);
      expect(faults).toBe('');
      expect(got).toMatch(/^HTTP\/1\.1 (?:413|404|405|200) [\s\S]*connection: close[\s\S]*\}$/i);
    },
  );

  it('does not listen for ever to who is refused', async () => {
    const { port } = await serve(() => undefined, { maxBodyBytes: 10 });
    // Ends when the server ends the connection: the rest of the question never comes.
    const got = await send(port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\nx');
    expect(got).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('refuses what is no HTTP, and goes on', async () => {
    const { port, url } = await serve(() => undefined);
    expect(await send(port, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code":"http"/);
    expect((await ask(url, question())).status).toBe(200);
  });

  it.each<[string, () => never, string]>([
    [
      'an error',
      () => {
        throw new Error('no such term');
      },
      'policy `test` failed: no such term',
    ],
    [
      'anything',
      () => {
        throw Object.create(null);
      },
      'policy `test` failed: it threw something that has no text',
    ],
    [
      'nothing, and decides what is no JSON',
      () => [{ type: 'finding', severity: 'info', message: 'x', code: 1n }] as never,
      'policy `test` failed: Do not know how to serialize a BigInt',
    ],
  ])('answers 500 when the policy throws %s, and goes on', async (_name, decide, message) => {
    const { url, lines } = await serve(decide);
    for (const _ of [1, 2]) {
      const got = await ask(url, question());
      expect([got.status, (got.body as { error: string }).error]).toEqual([500, message]);
    }
    expect(lines.some((line) => line.startsWith(`test: 500 ${message}`))).toBe(true);
  });

  it('answers in canonical JSON, and tells in a header what the selectors matched', async () => {
    const { url } = await serve((scope) => [
      scope.select({ name: 'all of ä\u2028' }).edges.map((edge) => finding('info', 'seen', { edge, code: 'x' })),
      scope.select({ kind: 'kvm', allowEmpty: true, name: 'b' }).edges.map((edge) => finding('info', 'x', { edge })),
      scope.select({ kind: 'http', name: 'b' }).size < 0 ? finding('info', 'never') : undefined,
    ]);
    const response = await fetch(url, question());
    const body = await response.text();
    expect(body).toBe(canonicalJson(JSON.parse(body) as JsonValue));
    expect(body).toMatch(/^\{"findings":\[\{"code":"x","edge":/);
    expect(body).not.toContain('all of');
    expect(response.headers.get('headgate-selections')).toBe(
      '{"selections":[{"matched":5,"name":"all of \\u00e4\\u2028"},{"matched":2,"name":"b"}]}',
    );
  });

  it('tells of as many selections as a header has room for, and of none where there are none', async () => {
    const { url } = await serve((scope) => {
      for (let i = 0; i < 2000; i++) scope.select({ name: `€${i}`, allowEmpty: true });
    });
    const told = (await fetch(url, question())).headers.get('headgate-selections') ?? '';
    expect(told.length).toBeLessThan(8_100);
    const { selections, left_out } = JSON.parse(told) as { selections: { name: string }[]; left_out: number };
    expect(selections.length + left_out).toBe(2000);
    expect(selections.map(({ name }) => name)).toEqual(selections.map((_, i) => `€${i}`));
    const none = await serve(() => undefined);
    expect((await fetch(none.url, question())).headers.has('headgate-selections')).toBe(false);
  });

  it('finishes what is in flight when it is closed, and takes nothing more', async () => {
    const { url, port, close, closed } = await serve(() => undefined, { deadlineMs: 120_000 });
    const body = JSON.stringify(request);
    const head = `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n`;
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.write(head + body.slice(0, 10));
    await new Promise((done) => setTimeout(done, 50));
    const closing = close();
    await expect(fetch(url)).rejects.toThrow();
    socket.write(body.slice(10));
    expect(await text(socket)).toContain('{"interpositions":[]}');
    await closing;
    await closed;
  });

  it('cuts off what does not finish by the deadline', async () => {
    const { port, close } = await serve(() => undefined, { deadlineMs: 100 });
    const got = send(port, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\n');
    await new Promise((done) => setTimeout(done, 50));
    const start = performance.now();
    await close();
    expect(performance.now() - start).toBeGreaterThan(40);
    expect(await got).toBe('');
  });

  it('says why it cannot listen', async () => {
    const { port } = await serve(() => undefined);
    const policy = definePolicy({ name: 'test', decide: () => undefined });
    await expect(servePolicy(policy, { port })).rejects.toThrow(
      `cannot listen on port ${port} of 127.0.0.1: it is in use`,
    );
    await expect(servePolicy(policy)).rejects.toThrow(PolicyError);
  });
});
