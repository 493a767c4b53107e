import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { ApiRequest, ApiSmokeProbe } from '../../../../src/ir/plan-probe-schema.ts';
import { apiSmoke } from '../../../../src/runtime/probes/api-smoke.ts';
import type { ProbeResult } from '../../../../src/runtime/probes/probe.ts';
import { type ContextOptions, type TestContext, testContext } from '../../../support/run/probe-context.ts';

type Serve = (request: IncomingMessage, response: ServerResponse, count: number) => void;

let servers: Server[] = [];
let context: TestContext;
/** Method and path of everything that was asked. */
let asked: string[] = [];

afterEach(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  servers = [];
});

async function probed(
  serve: Serve,
  requests: readonly ApiRequest[],
  more: Partial<ApiSmokeProbe> = {},
  options: ContextOptions = {},
): Promise<ProbeResult> {
  asked = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    serve(request, response, asked.length);
  });
  servers.push(server);
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
  const { port } = server.address() as AddressInfo;
  context = testContext({ reach: async () => ({ port }), ...options });
  const probe: ApiSmokeProbe = {
    kind: 'api_smoke',
    required: true,
    target: { export: 'status' },
    requests: [...requests],
    startupSeconds: 5,
    ...more,
  };
  return apiSmoke(probe, context);
}

const get = (expect: ApiRequest['expect'] = {}, path = '/status'): ApiRequest => ({ method: 'GET', path, expect });
const fine: Serve = (_, response) =>
  void response.writeHead(200, { 'x-kind': 'a', 'content-type': 'application/json' }).end('{"ok":true}');
const faults = ({ details }: ProbeResult, index = 0): unknown =>
  (details['requests'] as readonly { readonly faults: unknown }[])[index]?.faults;

describe('an answer', () => {
  it('as expected passes, and is kept', async () => {
    const found = await probed(fine, [get({ status: 200, headers: { 'X-Kind': 'a' } })]);
    expect(found).toMatchObject({
      passed: true,
      outcome: 'completed',
      summary: '1 answer of the export `status` as expected',
    });
    expect(found.details['requests']).toMatchObject([
      {
        request: 'GET /status',
        status: 200,
        headers: { 'x-kind': 'a' },
        body: { preview: '{"ok":true}', bytes: 11, digest: found.blobs['response1'] },
        faults: [],
      },
    ]);
    expect(context.kept(found.blobs['response1'])).toBe('{"ok":true}');
  });

  it.each<[string, Serve, ApiRequest['expect'], string]>([
    ['another status', fine, { status: 201 }, 'status 200, and 201 was expected'],
    ['a status below a range', fine, { status: [201, 299] }, 'status 200, and 201 to 299 was expected'],
    ['a status above a range', fine, { status: [100, 199] }, 'status 200, and 100 to 199 was expected'],
    [
      'an error, where nothing is said',
      (_, r) => void r.writeHead(400).end(),
      {},
      'status 400, and 200 to 399 was expected',
    ],
    ['a header that is missing', fine, { headers: { 'x-other': '1' } }, 'no header `x-other`'],
    ['another header', fine, { headers: { 'x-kind': 'b' } }, 'header `x-kind` is `a`, and `b` was expected'],
  ])('that is not as expected fails: %s', async (_, serve, expectation, fault) => {
    const found = await probed(serve, [get(expectation)]);
    expect([found.passed, found.outcome, found.summary]).toEqual([
      false,
      'completed',
      `GET /status of the export \`status\`: ${fault}`,
    ]);
    expect(faults(found)).toEqual([fault]);
  });

  it('at either end of a range is in it', async () => {
    for (const status of [
      [200, 299],
      [100, 200],
    ])
      expect((await probed(fine, [get({ status })])).passed).toBe(true);
  });

  it('that is cut off, or never comes, is a fail and no fault of the runner', async () => {
    const cut = await probed((_, r, count) => (count <= 3 ? r.end() : r.destroy()), [get()]);
    expect([cut.passed, cut.outcome, faults(cut)]).toEqual([
      false,
      'completed',
      ['the connection was closed without a whole answer'],
    ]);
    const late = await probed((_, r, count) => void (count <= 3 && r.end()), [get({ maxMs: 50 })]);
    expect([late.passed, late.outcome, faults(late)]).toEqual([false, 'completed', ['it took more than 50 ms']]);
  });

  it('that moves somewhere else is not followed', async () => {
    const found = await probed(
      (_, r) => void r.writeHead(302, { location: '/elsewhere' }).end(),
      [get({ status: 302, headers: { location: '/elsewhere' } })],
    );
    expect(found.passed).toBe(true);
    expect(asked).toEqual(Array(4).fill('GET /status'));
  });

  it('is judged by its schema, of the draft that this names', async () => {
    const schema = {
      type: 'object',
      properties: { ok: { const: true }, at: { format: 'date-time' } },
      required: ['ok'],
    };
    const files = {
      's.json': JSON.stringify(schema),
      'seven.json': JSON.stringify({ ...schema, $schema: 'http://json-schema.org/draft-07/schema#' }),
      'nineteen.json': JSON.stringify({ ...schema, $schema: 'https://json-schema.org/draft/2019-09/schema' }),
    };
    for (const name of Object.keys(files)) {
      expect((await probed(fine, [get({ schema: name })], {}, { files })).passed, name).toBe(true);
      const wrong = await probed(
        (_, r) => void r.end('{"ok":false,"at":"noon"}'),
        [get({ schema: name })],
        {},
        { files },
      );
      expect(faults(wrong), name).toEqual([
        'its body does not fit its schema: `/ok` must be equal to constant, and 1 more',
      ]);
      const text = await probed((_, r) => void r.end('<html>'), [get({ schema: name })], {}, { files });
      expect(faults(text), name).toEqual(['its body is not JSON']);
    }
  });

  it('says no secret: not in what is kept, in what is shown, or in why it fails', async () => {
    const found = await probed(
      (_, r) =>
        void r
          .writeHead(200, { 'x-said': 'my hunter2!', 'set-cookie': 'id=1', 'x-api-key': 'k' })
          .end('it is hunter2, and that is all'),
      [get({ headers: { 'x-said': 'hunter2' } })],
      {},
      { secrets: ['hunter2'] },
    );
    expect(JSON.stringify(found)).not.toContain('hunter2');
    expect(context.kept(found.blobs['response1'])).toBe('it is [secret], and that is all');
    expect(found.details['requests']).toMatchObject([
      { headers: { 'x-said': 'my [secret]!', 'set-cookie': '[redacted]', 'x-api-key': '[redacted]' } },
    ]);
  });

  it('is shown up to 2,000 characters, and how much is cut', async () => {
    const found = await probed((_, r) => void r.end(`${'😀'.repeat(1_999)}abc`), [get()]);
    const [{ body }] = found.details['requests'] as unknown as readonly [
      { readonly body: { readonly preview: string; readonly cut: number } },
    ];
    expect([Array.from(body.preview).length, body.preview.endsWith('😀a'), body.cut]).toEqual([2_000, true, 2]);
    expect(context.kept(found.blobs['response1'])).toHaveLength(1_999 * 2 + 3);
  });

  it('of any length is read, and what is more than can be kept is counted', async () => {
    const files = { 's.json': '{}' };
    const found = await probed(
      (_, r) => void r.end(Buffer.alloc(9 * 1024 * 1024, 'a')),
      [get({ schema: 's.json' })],
      {},
      { files },
    );
    expect(found.details['requests']).toMatchObject([{ body: { bytes: 9 * 1024 * 1024, dropped: 1024 * 1024 } }]);
    expect(faults(found)).toEqual([`its body has ${9 * 1024 * 1024} bytes, too many to judge by a schema`]);
  });
});

describe('what is asked', () => {
  it('is every request in its order, with its headers and its body; all that fails is told', async () => {
    const said: unknown[] = [];
    const serve: Serve = (request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => {
        text += chunk;
      });
      request.on('end', () => {
        said.push([request.method, request.headers['x-who'], text]);
        const bad = request.method === 'POST' && text === '{';
        response.writeHead(request.url === '/unknown' ? 404 : bad ? 422 : 200).end();
      });
    };
    const found = await probed(serve, [
      get({ status: 200 }),
      get({ status: 404 }, '/unknown'),
      {
        method: 'POST',
        path: '/items',
        headers: { 'x-who': 'me', 'content-type': 'application/json' },
        body: '{',
        expect: { status: [400, 499] },
      },
      { method: 'DELETE', path: '/items/1', expect: { status: 204 } },
      { method: 'HEAD', path: '/items', expect: { status: 204 } },
    ]);
    expect(said.slice(3)).toEqual([
      ['GET', undefined, ''],
      ['GET', undefined, ''],
      ['POST', 'me', '{'],
      ['DELETE', undefined, ''],
      ['HEAD', undefined, ''],
    ]);
    expect(found.summary).toBe('DELETE /items/1 of the export `status`: status 200, and 204 was expected; and 1 more');
    expect([faults(found, 0), faults(found, 1), faults(found, 2)]).toEqual([[], [], []]);
  });

  it('begins when somebody has answered three times in a row', async () => {
    const statuses = [503, 200, 200, 502, 200, 504, 200, 404, 500, 200];
    const found = await probed(
      (_, r, count) => void r.writeHead(statuses[count - 1] ?? 500).end(),
      [get({ status: 200 })],
    );
    expect([found.passed, asked.length]).toEqual([true, 10]);
  });

  it.each([
    [[{ method: 'POST', path: '/a', expect: {} }, get({}, '/b')], undefined, '/b'],
    [[{ method: 'POST', path: '/a', expect: {} }], undefined, '/'],
    [[get({}, '/b')], '/ready', '/ready'],
  ] as const)('waits at the path of the first GET, or at the one that is named', async (requests, ready, path) => {
    await probed(fine, [...requests], ready === undefined ? {} : { ready });
    expect(asked.slice(0, 3)).toEqual(Array(3).fill(`GET ${path}`));
  });

  it('tells the last whole answer where the end of the time cuts off the last try', async () => {
    const cut = await probed((_, r, count) => void (count === 1 && r.writeHead(503).end()), [get()], {
      startupSeconds: 3,
    });
    expect(cut.summary).toBe('the export `status` was not ready within 3 s: GET /status: status 503');
  });

  it('is nothing where nobody is ready in time: that is a fail by time', async () => {
    const late = { startupSeconds: 3 };
    const found = await Promise.all([
      probed((_, r) => void r.writeHead(503).end(), [get()], late),
      probed(() => {}, [get()], late),
      probed(fine, [get()], late, { reach: async () => ({ socket: '/nonexistent/s' }) }),
    ]);
    const why = ['status 503', 'no whole answer', 'nobody listens'];
    for (const [index, reason] of why.entries())
      expect(found[index]).toMatchObject({
        passed: false,
        outcome: 'timeout',
        summary: `the export \`status\` was not ready within 3 s: GET /status: ${reason}`,
      });
  });
});

describe('what cannot be assessed', () => {
  it.each([
    ['leads nowhere', {}, { reach: async () => undefined }, 'the export `status` leads nowhere here'],
    ['has no schema', { schema: 'gone.json' }, {}, 'the schema gone.json is not what it was when the plan was made'],
    ['has a schema that is not JSON', { schema: 'a' }, { files: { a: '{' } }, /^the schema a is not JSON: /],
    [
      'has a schema that is something else',
      { schema: 'a' },
      { files: { a: '[1]' } },
      /^the schema a is not a JSON Schema: it is neither/,
    ],
    [
      'has a schema that is none',
      { schema: 'a' },
      { files: { a: '{"type":"objekt"}' } },
      /^the schema a is not a JSON Schema: /,
    ],
    [
      'has a schema that refers to another',
      { schema: 'a' },
      { files: { a: '{"$ref":"https://example.com/x"}' } },
      /^the schema a is not a JSON Schema: .*example\.com/,
    ],
  ] as const)('is an error, and nothing is asked: it %s', async (_, expectation, options, summary) => {
    const found = await probed(fine, [get(expectation)], {}, options as ContextOptions);
    expect([found.passed, found.outcome]).toEqual([null, 'error']);
    expect(found.summary).toMatch(summary);
    expect(asked).toEqual([]);
  });

  it('is a run that ends meanwhile', async () => {
    const stop = new AbortController();
    const serve: Serve = (_, r, count) => (count <= 3 ? void r.end() : stop.abort());
    const found = await probed(serve, [get()], {}, { signal: stop.signal });
    expect([found.passed, found.outcome]).toEqual([null, 'cancelled']);
    const early = new AbortController();
    const waiting = await probed(() => early.abort(), [get()], {}, { signal: early.signal });
    expect([waiting.passed, waiting.outcome]).toEqual([null, 'cancelled']);
  });
});
