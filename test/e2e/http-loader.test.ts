import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createHttpLoader, type HttpTimeouts } from '../../src/adapters/loaders/http-loader.ts';
import { createLoader } from '../../src/adapters/loaders/loader.ts';
import { createSink, sortDiagnostics } from '../../src/diagnostics/sink.ts';
import { createParser, prepareText } from '../../src/phases/1-parse/index.ts';
import { resolveTree } from '../../src/phases/2-resolve/index.ts';
import type { LoadResult } from '../../src/ports/loader.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const routes: Record<string, Handler> = {
  '/ok.yaml': (_, response) => response.end('manifest_version: "0.4.0"\n'),
  '/query.yaml?a=1&b=%20': (_, response) => response.end('query'),
  '/chunked.yaml': (_, response) => {
    response.write('one ');
    setTimeout(() => response.end('two'), 20);
  },
  '/500': (_, response) => response.writeHead(500).end('boom'),
  '/401': (_, response) => response.writeHead(401).end(),
  '/299': (_, response) => response.writeHead(299).end('odd but fine'),
  '/hop/1': (_, response) => response.writeHead(302, { location: '/hop/2' }).end('ignored'),
  '/hop/2': (_, response) => response.writeHead(307, { location: 'sub/../end/scenario.yaml?v=2#frag' }).end(),
  '/hop/end/scenario.yaml?v=2': (_, response) => response.end('arrived'),
  '/loop': (_, response) => response.writeHead(301, { location: '/loop' }).end(),
  '/nowhere': (_, response) => response.writeHead(302).end(),
  '/to-file': (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
  '/secret-hop': (request, response) =>
    response.writeHead(302, { location: `http://user:secret@${request.headers.host}/echo` }).end(),
  '/echo': (request, response) => response.end(JSON.stringify(request.headers)),
  '/declared-huge': (_, response) => response.writeHead(200, { 'content-length': '5000' }).end('x'.repeat(5000)),
  '/streamed-huge': (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  },
  '/exact': (_, response) => response.end('x'.repeat(1024)),
  '/slow-headers': () => {},
  '/slow-body': (_, response) => response.write('half'),
  '/trickle': (_, response) => {
    const timer = setInterval(() => response.write('.'), 50);
    response.on('close', () => clearInterval(timer));
  },
  '/too-short': (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('only this');
    setTimeout(() => response.destroy(), 20);
  },
  '/latin1': (_, response) => response.end(Buffer.from([0x63, 0x61, 0x66, 0xe9])),
  '/gzip': (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('zzz'),
  '/tree/start': (_, response) => response.writeHead(308, { location: '/tree/v2/scenario.json5' }).end(),
  '/tree/v2/scenario.json5': (_, response) =>
    response.end(
      '{ manifest_version: "0.4.0", components: { gone: "./gone.yaml", latin1: "./latin1.yaml", ok: "./ok.yaml" } }',
    ),
  '/tree/v2/ok.yaml': (_, response) => response.end('manifest_version: "0.4.0"\n'),
  '/tree/v2/latin1.yaml': (_, response) => response.end(Buffer.from([0x63, 0x61, 0x66, 0xe9])),
  '/hang-up': (_, response) => response.destroy(),
};

let server: Server;
let base = '';
const seen: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    const handler = routes[request.url ?? ''];
    if (handler) handler(request, response);
    else response.writeHead(404).end('nothing here');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Longer than a busy machine takes for anything; what is about a timeout names a short one. */
const patient: HttpTimeouts = { connect: 120_000, headers: 120_000, body: 120_000, total: 120_000 };
const load = (path: string, short: Partial<HttpTimeouts> = {}): Promise<LoadResult> =>
  createHttpLoader({ timeouts: { ...patient, ...short }, asked: [`${base}/*`] }).load(base + path, { maxBytes: 1024 });
const text = (result: LoadResult): string =>
  result.ok ? Buffer.from(result.value.bytes).toString() : `failed: ${result.failure.message}`;
const failure = async (path: string, short?: Partial<HttpTimeouts>): Promise<string> => {
  const result = await load(path, short);
  return result.ok ? 'no failure' : `${result.failure.kind}: ${result.failure.message}`;
};

describe('answers', () => {
  test('a body, whole and in pieces', async () => {
    expect(text(await load('/ok.yaml'))).toBe('manifest_version: "0.4.0"\n');
    expect(text(await load('/chunked.yaml'))).toBe('one two');
    expect(text(await load('/299'))).toBe('odd but fine');
  });

  test('a query is sent, a fragment is not', async () => {
    expect(text(await load('/query.yaml?a=1&b=%20#part'))).toBe('query');
  });

  test('bytes are handed on as they are', async () => {
    const result = await load('/latin1');
    expect(result.ok && [...result.value.bytes]).toEqual([0x63, 0x61, 0x66, 0xe9]);
  });

  test('no cookies, no credentials, no compression are offered', async () => {
    const headers = JSON.parse(text(await load('/secret-hop'))) as Record<string, string>;
    expect(headers['authorization']).toBeUndefined();
    expect(headers['cookie']).toBeUndefined();
    expect(headers['accept-encoding']).toBe('identity');
  });

  test('the URL of a redirected load is the last one', async () => {
    const result = await load('/hop/1');
    expect(text(result)).toBe('arrived');
    expect(result.ok && result.value.url).toBe(`${base}/hop/end/scenario.yaml?v=2`);
  });
});

describe('failures', () => {
  test.each([
    ['/missing', 'http-status: the server answered 404 Not Found'],
    ['/500', 'http-status: the server answered 500 Internal Server Error'],
    ['/loop', 'http-status: it redirects more than 10 times'],
    ['/nowhere', 'http-status: the server redirects (302) without a usable target'],
    ['/to-file', 'unsupported-scheme: the server redirects to scheme `file`, which is not followed'],
    ['/declared-huge', 'too-large: it has more than 1024 bytes'],
    ['/streamed-huge', 'too-large: it has more than 1024 bytes'],
    ['/too-short', 'network: the connection was closed before the whole answer had come'],
    ['/hang-up', 'network: the connection was closed before the whole answer had come'],
    ['/gzip', 'network: the server sent content encoding `gzip`, which was not asked for'],
  ])('%s', async (path, expected) => {
    expect(await failure(path)).toBe(expected);
  });

  test.each<[string, Partial<HttpTimeouts>, string]>([
    ['/slow-headers', { headers: 300 }, 'timeout: the server did not begin to answer within 0.3 s'],
    ['/slow-body', { body: 300 }, 'timeout: the server stopped in the middle of its answer for 0.3 s'],
    ['/trickle', { total: 3_000 }, 'timeout: the answer was not complete within 3 s'],
  ])('%s, which has no longer than %j', async (path, short, expected) => {
    expect(await failure(path, short)).toBe(expected);
  });

  test('a redirect loop asks eleven times and stops', async () => {
    seen.length = 0;
    await load('/loop');
    expect(seen).toHaveLength(11);
  });

  test('exactly the limit is fine', async () => {
    expect(text(await load('/exact'))).toHaveLength(1024);
  });

  test('a refused log-in says that no credentials are sent', async () => {
    const result = await load('/401');
    expect(!result.ok && result.failure.help).toContain('no credentials');
  });

  test('nothing listens', async () => {
    const closed = createTcpServer();
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => closed.close(resolve));
    const result = await createHttpLoader({ asked: [`http://127.0.0.1:${port}/*`] }).load(
      `http://127.0.0.1:${port}/x.yaml`,
      { maxBytes: 10 },
    );
    expect(!result.ok && result.failure).toEqual({
      kind: 'network',
      message: 'nothing listens at its host and port (ECONNREFUSED)',
    });
  });

  test('what speaks no HTTP', async () => {
    const odd = createTcpServer((socket) => socket.resume().end('SSH-2.0-OpenSSH_9.2\r\n'));
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    const { port } = odd.address() as AddressInfo;
    const result = await createHttpLoader({ asked: [`http://127.0.0.1:${port}/*`] }).load(
      `http://127.0.0.1:${port}/x.yaml`,
      { maxBytes: 10 },
    );
    await new Promise((resolve) => odd.close(resolve));
    expect(!result.ok && result.failure.kind).toBe('network');
  });
});

test('a scenario over http: children join the last URL, and every fault is told', async () => {
  const sink = createSink();
  const tree = await resolveTree(
    { url: `${base}/tree/start`, baseDir: 'file:///work/' },
    {
      loader: createLoader({ http: { asked: [`${base}/*`] } }),
      parser: createParser(),
      prepare: prepareText,
      check: () => {},
      sink,
    },
  );
  const found = sortDiagnostics(sink.diagnostics);
  expect(found.map((d) => [d.code, d.at?.file.replace(base, '')])).toEqual([
    ['resolve/manifest-not-loaded', '/tree/start'],
    ['parse/invalid-utf8', '/tree/v2/latin1.yaml'],
  ]);
  expect(found[0]?.message.replace(base, '')).toBe(
    'cannot load `./gone.yaml` for component `gone` of `/`: the server answered 404 Not Found (`/tree/v2/gone.yaml`)',
  );
  expect(tree?.root.loaded.url).toBe(`${base}/tree/v2/scenario.json5`);
  expect(tree?.root.loaded.display).toBe(`${base}/tree/start`);
  expect(tree?.root.children.map((child) => child.loaded.url)).toEqual([`${base}/tree/v2/ok.yaml`]);
});

describe('the environment', () => {
  test('proxy variables are not used', async () => {
    const before = process.env['http_proxy'];
    process.env['http_proxy'] = 'http://127.0.0.1:1';
    try {
      expect(text(await load('/ok.yaml'))).toContain('manifest_version');
    } finally {
      if (before === undefined) delete process.env['http_proxy'];
      else process.env['http_proxy'] = before;
    }
  });

  test('the loader chooses by scheme', async () => {
    const loader = createLoader({ http: { asked: [`${base}/*`] } });
    expect(text(await loader.load(`${base}/ok.yaml`, { maxBytes: 1024 }))).toContain('manifest_version');
    expect(text(await loader.load(import.meta.url, { maxBytes: 100_000 }))).toContain('the loader chooses by scheme');
    const ftp = await loader.load('ftp://example.org/x.yaml', { maxBytes: 1024 });
    expect(!ftp.ok && ftp.failure).toEqual({
      kind: 'unsupported-scheme',
      message: 'scheme `ftp` is not supported',
      help: 'use a relative path, or a `file:`, `http:` or `https:` URL',
    });
    const drive = await loader.load('C:\\scenario.yaml', { maxBytes: 1024 });
    expect(!drive.ok && drive.failure.help).toBe('write a Windows path as `file:///C:/…`');
  });
});
