/** manifests/model-meter: what it counts of each form of answer, however that is cut, and that nothing passes by uncounted. */
import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { type Interposer, sendRaw, startInterposer } from '../support/interposer.ts';
import {
  anthropic,
  chat,
  compileMetered,
  cutter,
  eachOf,
  extra,
  json,
  openai,
  responses,
  startDeaf,
  stream,
  usage,
} from '../support/model-meter.ts';

interface Told {
  readonly calls: number;
  readonly tokens: number;
  readonly unmeasured: number;
}

const listenOn = async (server: Server): Promise<string> => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

let plan: DeploymentPlan;
let provider: Server;
let run: Server;
let runUrl = '';
let meter: Interposer;
/** What the run was told, with the number of requests that had reached the provider by then. */
let told: (Told & { readonly before: number })[] = [];
let seen: { readonly url: string; readonly headers: IncomingMessage['headers']; readonly body: Buffer }[] = [];
let say: (response: ServerResponse, body: Buffer) => unknown = (response) => response.end();
let admits: (told: Told) => number = () => 200;

beforeAll(async () => {
  plan = compileMetered();
  provider = createServer(async (request, response) => {
    const body = await buffer(request);
    seen.push({ url: request.url ?? '', headers: request.headers, body });
    say(response, body);
  });
  run = createServer(async (request, response) => {
    const one = JSON.parse((await buffer(request)).toString()) as Told;
    const status = admits(one);
    if (status === 200) told.push({ ...one, before: seen.length });
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  runUrl = await listenOn(run);
  const upstream = await listenOn(provider);
  meter = await startInterposer(plan, upstream, {}, '/web.model', { HEADGATE_CONTROL_URL: runUrl });
});
afterAll(async () => {
  expect(await meter.end()).toBe(0);
  for (const server of [provider, run]) {
    server.closeAllConnections();
    server.close();
  }
});
beforeEach(() => {
  told = [];
  seen = [];
  admits = () => 200;
});
afterEach(() => {
  // Nothing is told twice.
  expect(told.every(({ calls, tokens, unmeasured }) => calls + tokens + unmeasured > 0)).toBe(true);
});

interface Got {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  readonly whole: boolean;
}

async function ask(
  path: string,
  body: object | string,
  headers: Record<string, string> = {},
  { method = 'POST', url = meter.url }: { readonly method?: string; readonly url?: string } = {},
): Promise<Got> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const outgoing = httpRequest(url + path, {
    method,
    agent: false,
    headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text), ...headers },
  });
  outgoing.end(text);
  const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
  const pieces: Buffer[] = [];
  message.on('data', (piece: Buffer) => pieces.push(piece));
  message.on('error', () => {});
  await new Promise((done) => message.on('close', done));
  return {
    status: message.statusCode ?? 0,
    headers: message.headers,
    body: Buffer.concat(pieces),
    whole: message.complete,
  };
}

const sum = (): Told => ({
  calls: told.reduce((all, { calls }) => all + calls, 0),
  tokens: told.reduce((all, { tokens }) => all + tokens, 0),
  unmeasured: told.reduce((all, { unmeasured }) => all + unmeasured, 0),
});
/** Tokens are told when the answer is over, and not before the next call. */
async function counted(expected: Told): Promise<void> {
  for (let look = 0; look < 600 && JSON.stringify(sum()) !== JSON.stringify(expected); look++)
    await new Promise((done) => setTimeout(done, 5));
  expect(sum()).toEqual(expected);
}

describe('answers that come as a whole', () => {
  it.each([
    ['/v1/chat/completions', chat, { id: 'c', choices: [{ message: { content: 'a "usage": {}' } }], usage }, 12],
    ['/v1/completions', { prompt: 'x' }, { usage: { prompt_tokens: 3, completion_tokens: 1 }, choices: [] }, 4],
    [
      '/v1/embeddings',
      { input: 'x' },
      { data: [{ embedding: [0.5] }], usage: { prompt_tokens: 8, total_tokens: 8 } },
      8,
    ],
    [
      '/v1/responses',
      { input: 'x' },
      { output: [{ usage: 3 }], usage: { input_tokens: 10, output_tokens: 2, total_tokens: 12 } },
      12,
    ],
    [
      '/v1/messages?beta=1',
      chat,
      {
        content: [],
        usage: { input_tokens: 10, cache_creation_input_tokens: 4, cache_read_input_tokens: 3, output_tokens: 2 },
      },
      19,
    ],
  ])('%s', async (path, body, answer, tokens) => {
    say = json(answer, { 'x-own': 'kept' });
    const got = await ask(path, body);
    expect(got.status).toBe(200);
    expect(got.headers['x-own']).toBe('kept');
    expect(got.body.toString()).toBe(JSON.stringify(answer));
    expect(seen.map(({ url, body: sent }) => [url, sent.toString()])).toEqual([[path, JSON.stringify(body)]]);
    await counted({ calls: 1, tokens, unmeasured: 0 });
    // It was asked for before it was made.
    expect(told[0]).toMatchObject({ calls: 1, before: 0 });
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const)('in %s pass as they are, and are counted', async (encoding, encode) => {
    const answer = { usage, text: 'x'.repeat(5000) };
    say = json(answer, { 'content-encoding': encoding }, encode);
    const got = await ask('/v1/chat/completions', chat, { 'accept-encoding': encoding });
    expect(got.body.equals(encode(Buffer.from(JSON.stringify(answer))))).toBe(true);
    expect(got.headers['content-encoding']).toBe(encoding);
    expect(seen[0]?.headers['accept-encoding']).toBe(encoding);
    await counted({ calls: 1, tokens: 12, unmeasured: 0 });
  });

  it('that do not tell their tokens are said to be unmeasured, and so is what cannot be read', async () => {
    say = json({ choices: [] });
    await ask('/v1/chat/completions', chat);
    say = json({ usage }, { 'content-encoding': 'zstd' });
    await ask('/v1/chat/completions', chat);
    say = (response) => response.end('{"usage": {"total_tokens": 5');
    await ask('/v1/embeddings', { input: 'x' });
    await counted({ calls: 3, tokens: 0, unmeasured: 3 });
  });

  it('that are errors are calls without tokens, and so is each retry', async () => {
    say = (response) => response.writeHead(529, { 'content-type': 'application/json' }).end('{"error": {}}');
    for (let time = 0; time < 3; time++) expect((await ask('/v1/messages', chat)).status).toBe(529);
    await counted({ calls: 3, tokens: 0, unmeasured: 0 });
    expect(seen).toHaveLength(3);
  });
});

const ends = [
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
] as const;

describe.each(ends)('streams with %s', (_, end) => {
  it('of Anthropic, cut at each byte, pass as they are and are counted', async () => {
    const whole = Buffer.from(anthropic(end));
    const cut = cutter(whole);
    await eachOf(whole.length, async (at) => {
      say = cut;
      const got = await ask(`/v1/messages?at=${at}`, { ...chat, stream: true });
      expect(got.body.equals(whole), `cut at ${at}`).toBe(true);
    });
    await counted({ calls: whole.length + 1, tokens: (whole.length + 1) * 29, unmeasured: 0 });
  });

  it('of OpenAI, cut at each byte, are asked for their tokens, and the client that did not ask is not told', async () => {
    const shown = Buffer.from(`${openai(end).join('')}data: [DONE]${end}${end}`);
    const whole = Buffer.from(`${openai(end).join('') + extra + end + end}data: [DONE]${end}${end}`);
    const cut = cutter(whole);
    await eachOf(whole.length, async (at) => {
      say = cut;
      const asked = { ...chat, stream: true, stream_options: { other: 1 } };
      const got = await ask(`/v1/chat/completions?at=${at}`, asked);
      expect(got.body.toString(), `cut at ${at}`).toBe(shown.toString());
    });
    await counted({ calls: whole.length + 1, tokens: (whole.length + 1) * 12, unmeasured: 0 });
    expect(JSON.parse(seen[0]?.body.toString() ?? '')).toEqual({
      ...chat,
      stream: true,
      stream_options: { other: 1, include_usage: true },
    });
    expect(seen[0]?.headers['accept-encoding']).toBe('identity');
  });

  it('byte by byte', async () => {
    const bytes = (text: string): readonly Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));
    say = stream(bytes(anthropic(end)));
    expect((await ask('/v1/messages', { ...chat, stream: true })).body.toString()).toBe(anthropic(end));
    say = stream(bytes(responses(end)));
    expect((await ask('/v1/responses', { input: 'x', stream: true })).body.toString()).toBe(responses(end));
    await counted({ calls: 2, tokens: 29 + 7, unmeasured: 0 });
  });
});

describe('streams', () => {
  it('whose client asks for its tokens are passed on as they are, request and answer', async () => {
    const whole = `${openai('\n').join('') + extra}\n\ndata: [DONE]\n\n`;
    say = stream([whole]);
    const body = `{ "stream": true, "stream_options": {"include_usage": true}, "messages": [] }`;
    const got = await ask('/v1/chat/completions', body, { 'accept-encoding': 'gzip' });
    expect(got.body.toString()).toBe(whole);
    expect(seen[0]?.body.toString()).toBe(body);
    expect(seen[0]?.headers['accept-encoding']).toBe('gzip');
    await counted({ calls: 1, tokens: 12, unmeasured: 0 });
  });

  it('in gzip are counted, in any pieces', async () => {
    const packed = gzipSync(anthropic('\n'));
    for (const size of [1, 7, 64]) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < packed.length; at += size) pieces.push(packed.subarray(at, at + size));
      say = stream(pieces, { 'content-encoding': 'gzip' });
      const got = await ask('/v1/messages', { ...chat, stream: true }, { 'accept-encoding': 'gzip' });
      expect(got.body.equals(packed)).toBe(true);
    }
    await counted({ calls: 3, tokens: 3 * 29, unmeasured: 0 });
  });

  it('that break off count what was seen, and say that it was not all', async () => {
    const [start = ''] = anthropic('\n').split(/(?<=\n\n)/);
    say = stream([start], {}, true);
    const got = await ask('/v1/messages', { ...chat, stream: true });
    expect(got.whole).toBe(false);
    expect(got.body.toString()).toBe(start);
    await counted({ calls: 1, tokens: 21, unmeasured: 1 });
    say = stream(openai('\n'), {}, true);
    expect((await ask('/v1/chat/completions', { ...chat, stream: true })).whole).toBe(false);
    await counted({ calls: 2, tokens: 21, unmeasured: 2 });
  });

  it('that the client leaves end at the provider as well', async () => {
    let gone = 0;
    say = (response) => {
      response.on('close', () => {
        gone = response.writableFinished ? -1 : 1;
      });
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(anthropic('\n').split(/(?<=\n\n)/)[0]);
    };
    const outgoing = httpRequest(`${meter.url}/v1/messages`, { method: 'POST', agent: false }).end('{"stream":true}');
    const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
    await once(message, 'data');
    outgoing.on('error', () => {});
    message.on('error', () => {});
    outgoing.destroy();
    await counted({ calls: 1, tokens: 21, unmeasured: 1 });
    expect(gone).toBe(1);
  });
});

describe('everything else', () => {
  it('passes as it is, and is no call', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, at) => at % 251));
    say = (response) => response.writeHead(200, { 'x-a': 'b' }).end(bytes);
    const got = await ask('/v1/models', '', {}, { method: 'GET' });
    expect(got.body.equals(bytes)).toBe(true);
    expect((await ask('/v1/messages/count_tokens', chat)).status).toBe(200);
    await counted({ calls: 0, tokens: 0, unmeasured: 0 });
    expect(seen).toHaveLength(2);
  });

  it('that is sent counts as a call, whatever it is', async () => {
    say = (response) => response.end('picture');
    await ask('/v1/images/generations', { prompt: 'x' });
    await counted({ calls: 1, tokens: 0, unmeasured: 1 });
  });

  it('takes no more memory than its pieces, at the speed of the slower side', async () => {
    const piece = Buffer.alloc(1 << 20, `data: ${'x'.repeat(1000)}\n\n`);
    say = async (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let time = 0; time < 100; time++) if (!response.write(piece)) await once(response, 'drain');
      response.end();
    };
    const got = await ask('/v1/messages', { ...chat, stream: true });
    expect(got.body.length).toBe(100 << 20);
    expect(meter.peakMiB()).toBeLessThan(300);
    await counted({ calls: 1, tokens: 0, unmeasured: 1 });
  });
});

describe('nothing passes by uncounted', () => {
  const length = (body: string): string => `content-type: application/json\r\ncontent-length: ${body.length}`;
  const post = (target: string): string =>
    `POST ${target} HTTP/1.1\r\nhost: m\r\nconnection: close\r\n${length('{}')}\r\n\r\n{}`;

  it.each([
    '/v1/chat/completions;/count_tokens',
    '/v1/chat/completions/count_tokens',
    '/v1/chat/completions?/v1/messages/count_tokens',
    '/v1/messages/count_tokens/',
    '/v1/messages/count_tokens;x',
    '/v1/chat/completions/../v1/messages/count_tokens',
    '//v1/messages/count_tokens',
    'http://m/v1/chat/completions?/count_tokens',
  ])('over %s', async (target) => {
    say = json({ usage });
    expect(await sendRaw(meter.port, [post(target)])).toMatch(/^HTTP\/1\.1 200 /);
    await counted({ calls: 1, tokens: 12, unmeasured: 0 });
  });

  it.each(['/v1/messages/count_tokens', '/v1/messages/count_tokens?beta=true', 'http://m/v1/messages/count_tokens'])(
    'and %s counts tokens alone',
    async (target) => {
      say = json({ input_tokens: 3 });
      expect(await sendRaw(meter.port, [post(target)])).toMatch(/^HTTP\/1\.1 200 /);
      expect(seen).toHaveLength(1);
      await counted({ calls: 0, tokens: 0, unmeasured: 0 });
    },
  );

  it.each([
    '/v1/chat/completions#/count_tokens',
    '/v1/chat/completions#/v1/messages/count_tokens',
    '/v1/messages/count_tokens#',
    '/v1/messages?x#/count_tokens',
    'http://m/v1/chat/completions#/count_tokens',
    'http:///v1/messages/count_tokens',
    'http:\\\\m/v1/messages/count_tokens',
    'http://m\\x/v1/messages/count_tokens',
    'http://u@m/v1/messages/count_tokens',
    'ftp://m/v1/messages/count_tokens',
    'v1/messages/count_tokens',
  ])('over the target %s, which is none', async (target) => {
    expect(await sendRaw(meter.port, [post(target)])).toMatch(/^HTTP\/1\.1 400 /);
    expect(seen).toEqual([]);
    await counted({ calls: 0, tokens: 0, unmeasured: 0 });
  });

  it.each(['PUT', 'PATCH', 'DELETE'])('with %s', async (method) => {
    say = json({ usage });
    expect((await ask('/v1/chat/completions', chat, {}, { method })).status).toBe(200);
    await counted({ calls: 1, tokens: 12, unmeasured: 0 });
  });

  const hidden = `POST /v1/chat/completions HTTP/1.1\r\nhost: m\r\n${length('{}')}\r\n\r\n{}`;
  const chunked = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`;
  it.each([
    ['GET', 400, `content-length: ${hidden.length}\r\n\r\n${hidden}`],
    ['HEAD', 400, `content-length: ${hidden.length}\r\n\r\n${hidden}`],
    ['OPTIONS', 400, `content-length: ${hidden.length}\r\n\r\n${hidden}`],
    ['GET', 400, `transfer-encoding: chunked\r\n\r\n${chunked}`],
    ['POST', 200, `content-length: ${hidden.length}\r\n\r\n${hidden}`],
    ['POST', 200, `transfer-encoding: chunked\r\n\r\n${chunked}`],
    ['DELETE', 200, `content-length: ${hidden.length}\r\n\r\n${hidden}`],
    ['POST', 400, `content-length: 3\r\ntransfer-encoding: chunked\r\n\r\n${chunked}`],
    ['POST', 400, `content-length: 3\r\ncontent-length: 4\r\n\r\n${hidden}`],
    ['POST', 400, `transfer-encoding: chunked\r\n\r\nzz\r\n${hidden}`],
    ['GET', 400, `x: a\r\n content-length: 3\r\n\r\n`],
    ['GET', 400, `x: a\n\n${hidden}`],
  ])('in the body of %s (%i): %j', async (method, status, rest) => {
    const deaf = await startDeaf();
    const own = await startInterposer(plan, deaf.url, {}, '/web.model', { HEADGATE_CONTROL_URL: runUrl });
    try {
      const sent = `${method} /v1/x HTTP/1.1\r\nhost: m\r\nconnection: close\r\n${rest}`;
      expect(await sendRaw(own.port, [sent])).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      await new Promise((done) => setTimeout(done, 100));
      expect(deaf.asked.filter((line) => !line.startsWith(`${method} /v1/x `))).toEqual([]);
      expect(deaf.asked.length).toBeLessThanOrEqual(sum().calls);
    } finally {
      await own.end();
      deaf.close();
    }
  });
});

describe('the run', () => {
  it.each([
    ['an answer', json({ usage })],
    ['an answer in gzip', json({ usage }, { 'content-encoding': 'gzip' }, gzipSync)],
    [
      'a stream whose tokens the client is not told',
      stream([openai('\n').join(''), `${extra}\n\n`, 'data: [DONE]\n\n']),
    ],
    ['a stream in gzip', stream([gzipSync(openai('\n').join('') + extra)], { 'content-encoding': 'gzip' })],
  ])('is told the tokens of %s before it is asked for the next call', async (_, answer) => {
    say = answer;
    for (let time = 0; time < 20; time++) await ask('/v1/chat/completions', { ...chat, stream: true });
    await counted({ calls: 20, tokens: 240, unmeasured: 0 });
    const tokensAt = told.flatMap(({ calls }, at) =>
      calls === 0 ? [] : [told.slice(0, at + 1).reduce((all, { tokens }) => all + tokens, 0)],
    );
    expect(tokensAt).toEqual(Array.from({ length: 20 }, (__, at) => at * 12));
  });

  it('refuses a call over its budget, which then never reaches the provider', async () => {
    say = json({ usage });
    admits = ({ calls }) => (calls > 0 && sum().calls >= 2 ? 429 : 200);
    const statuses: number[] = [];
    for (let time = 0; time < 4; time++) statuses.push((await ask('/v1/chat/completions', chat)).status);
    expect(statuses).toEqual([200, 200, 429, 429]);
    expect(seen).toHaveLength(2);
  });

  it('that cannot be reached lets no call pass, and is told later what it has missed', async () => {
    say = json({ usage });
    let isThere = true;
    admits = ({ calls }) => (isThere || calls > 0 ? 200 : 500);
    // The call is admitted, and its tokens cannot be told.
    isThere = false;
    expect((await ask('/v1/chat/completions', chat)).status).toBe(200);
    await new Promise((done) => setTimeout(done, 100));
    expect(sum()).toEqual({ calls: 1, tokens: 0, unmeasured: 0 });
    admits = () => 500;
    const got = await ask('/v1/chat/completions', chat);
    expect([got.status, got.body.toString()]).toEqual([
      503,
      'this call cannot be counted, so it is not made: the run cannot be reached\n',
    ]);
    expect(seen).toHaveLength(1);
    admits = () => 200;
    expect((await ask('/v1/chat/completions', chat)).status).toBe(200);
    await counted({ calls: 2, tokens: 24, unmeasured: 0 });
  });

  it('that gave no way to itself gets no calls counted, so none is made', async () => {
    const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
    const alone = await startInterposer(plan, url, {}, '/web.model');
    try {
      expect((await ask('/v1/messages', chat, {}, { url: alone.url })).status).toBe(503);
      expect((await ask('/v1/models', '', {}, { url: alone.url, method: 'GET' })).status).toBe(200);
      expect(seen.map(({ url: path }) => path)).toEqual(['/v1/models']);
    } finally {
      await alone.end();
    }
  });
});

describe('the policy', () => {
  it('takes edges to models, and leaves others alone', () => {
    const found = plan.components.flatMap(({ origin }) => ('edges' in origin ? (origin.edges as string[]) : []));
    expect(found).toEqual(['/web.model']);
  });
});
