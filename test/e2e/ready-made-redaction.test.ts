/** manifests/redaction, compiled and run: what a stream must survive. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage, type RequestOptions, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import {
  type Answer,
  compileWith,
  exchange,
  type Interposer,
  sendRaw,
  startInterposer,
  startUpstream,
  type Upstream,
} from '../support/interposer.ts';

const key = 'k3y/“ä”-Q';
const terms = JSON.stringify([key, 'k3y', 'second']);
const MiB = 1024 * 1024;

let plan: DeploymentPlan;
let refusing: DeploymentPlan;
beforeAll(() => {
  const compiled = compileWith('redaction', '{ terms: ["$${config.key}"] }', ['-D', 'warnings']);
  expect(compiled.stderr).toBe('');
  plan = compiled.plan as DeploymentPlan;
  refusing = compileWith('redaction', '{ terms: ["$${config.key}"], content_encoding: refuse, websocket: pass }')
    .plan as DeploymentPlan;
});

let upstream: Upstream;
let redactor: Interposer;
const open = async (
  handle: (request: IncomingMessage, response: ServerResponse) => unknown,
  from: DeploymentPlan = plan,
): Promise<void> => {
  upstream = await startUpstream(handle);
  redactor = await startInterposer(from, upstream.url, { terms });
};
afterEach(async () => {
  upstream.close();
  expect(await redactor.end()).toBe(0);
  expect(redactor.stderr()).toBe('');
});
afterAll(() => upstream.close());

const ask = (
  path: string,
  options?: RequestOptions,
  body?: readonly (string | Buffer)[],
  pauseMs?: number,
): Promise<Answer> => exchange(redactor.url + path, options, body, pauseMs);
const post = { method: 'POST' };

describe('terms', () => {
  it('are found wherever the pieces of a body end, in both directions, and nothing else is changed', async () => {
    await open(async (request, response) => {
      const body = await buffer(request);
      for (const [at] of body.entries()) response.write(body.subarray(at, at + 1));
      response.end(key.slice(0, 3));
    });
    const sent = Buffer.from(`k3 k3y ${key}${key} k3y/“ä”-q seco second${key.slice(0, 8)}`);
    const wanted = 'k3 [REDACTED] [REDACTED][REDACTED] [REDACTED]/“ä”-q seco [REDACTED][REDACTED]/“ä”-[REDACTED]';
    for (const size of [1, 2, 5, 13]) {
      const pieces = Array.from({ length: Math.ceil(sent.length / size) }, (_, i) =>
        sent.subarray(i * size, (i + 1) * size),
      );
      const { body } = await ask('/', post, pieces, 1);
      expect(body.toString()).toBe(wanted);
    }
  });

  it('are found as JSON and URLs spell them', async () => {
    let seen = '';
    await open(async (request, response) => {
      seen = `${request.url} ${request.headers['x-told']} ${await text(request)}`;
      response.setHeader('x-told', 'second');
      response.statusMessage = 'second rate';
      response.end(
        JSON.stringify({ key }).replaceAll(
          /[^\x00-\x7f]/g,
          (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
        ),
      );
    });
    const url = encodeURIComponent(key);
    const answer = await ask(
      `/a?k=${url}&l=${url.toLowerCase().replace('-q', '-Q')}`,
      { ...post, headers: { 'x-told': 'a second' } },
      [JSON.stringify({ key }), ` ${JSON.stringify(key).replaceAll('/', '\\/')} ${url}`],
    );
    expect(seen).toBe('/a?k=%5BREDACTED%5D&l=%5BREDACTED%5D a [REDACTED] {"key":"[REDACTED]"} "[REDACTED]" [REDACTED]');
    expect([answer.body.toString(), answer.headers['x-told'], answer.message.statusMessage]).toEqual([
      '{"key":"[REDACTED]"}',
      '[REDACTED]',
      '[REDACTED] rate',
    ]);
  });

  it('are found behind every content encoding that is decoded, and the encoding is gone', async () => {
    const encoders = {
      gzip: gzipSync,
      deflate: deflateSync,
      br: brotliCompressSync,
      'gzip, br': (b: Buffer) => brotliCompressSync(gzipSync(b)),
    };
    await open(async (request, response) => {
      const name = (request.headers['x-want'] as keyof typeof encoders) ?? 'gzip';
      expect(request.headers['content-encoding']).toBeUndefined();
      expect(request.headers['accept-encoding']).toBeUndefined();
      const got = await buffer(request);
      response.writeHead(200, { 'content-encoding': name, etag: '"1"', 'content-md5': 'x' });
      response.end(encoders[name](Buffer.concat([got, Buffer.from(` ${key}`)])));
    });
    for (const [name, encode] of Object.entries(encoders)) {
      const headers = { 'content-encoding': name, 'x-want': name, 'accept-encoding': 'gzip' };
      const answer = await ask('/', { ...post, headers }, [encode(Buffer.from(`a ${key} b`))]);
      expect(
        [answer.status, answer.body.toString(), answer.headers['content-encoding'], answer.headers['content-md5']],
        name,
      ).toEqual([200, 'a [REDACTED] b [REDACTED]', undefined, undefined]);
    }
  });

  it('are not let through in an encoding that nobody knows, or that is to be refused, or that is none', async () => {
    let asked = 0;
    const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      asked++;
      await buffer(request).catch(() => {});
      const [, name = ''] = (request.url ?? '').split('/');
      response.writeHead(200, { 'content-encoding': name }).end(name === 'gzip' ? gzipSync(key) : 'x');
    };
    await open(handle);
    expect((await ask('/', { ...post, headers: { 'content-encoding': 'zstd' } }, ['x'])).status).toBe(415);
    expect((await ask('/', { ...post, headers: { 'content-encoding': 'gzip,gzip,gzip,gzip' } }, ['x'])).status).toBe(
      415,
    );
    expect(asked).toBe(0);
    expect((await ask('/zstd')).status).toBe(502);
    const broken = await ask('/', { ...post, headers: { 'content-encoding': 'gzip' } }, ['no gzip at all']);
    expect(broken.status).toBe(400);
    await redactor.end();
    upstream.close();
    await open(handle, refusing);
    expect((await ask('/', { ...post, headers: { 'content-encoding': 'gzip' } }, [gzipSync('x')])).status).toBe(415);
    expect((await ask('/gzip')).status).toBe(502);
  });

  it('are found in trailers, and parts of a body are not asked for', async () => {
    let seen: unknown;
    await open(async (request, response) => {
      if (request.url === '/part') {
        response.writeHead(206, { 'content-range': 'bytes 0-1/9' }).end('k3');
        return;
      }
      await buffer(request);
      seen = [request.headers.range, request.trailers];
      response.writeHead(200, { trailer: 'x-end' });
      response.write('a');
      response.addTrailers({ 'x-end': `is ${key.replaceAll(/[^\x00-\x7f]/g, '')} k3y` });
      response.end();
    });
    const outgoing = httpRequest(redactor.url, {
      ...post,
      headers: { trailer: 'x-last', range: 'bytes=0-2' },
      agent: false,
    });
    outgoing.write('x');
    outgoing.addTrailers({ 'x-last': 'second' });
    outgoing.end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    await buffer(answer);
    expect(seen).toEqual([undefined, { 'x-last': '[REDACTED]' }]);
    expect(answer.trailers['x-end']).toBe('is [REDACTED]/-Q [REDACTED]');
    expect((await ask('/part')).status).toBe(502);
  });
});

describe('a stream', () => {
  it('of server-sent events comes event by event, its head before the first', async () => {
    let say: (text: string) => void = () => {};
    await open((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      say = (words) => response.write(words);
    });
    const outgoing = httpRequest(redactor.url, { agent: false }).end();
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(answer.headers['content-type']).toBe('text/event-stream');
    let got = '';
    answer
      .on('error', () => {})
      .on('data', (chunk) => {
        got += String(chunk);
      });
    for (const [said, heard] of [
      ['data: 1\n\n', 'data: 1\n\n'],
      [`data: ${key}\n\n`, 'data: [REDACTED]\n\n'],
      ['data: end\n\n', 'data: end\n\n'],
    ] as const) {
      say(said);
      await expect.poll(() => got, { interval: 5 }).toBe(heard);
      got = '';
    }
    outgoing.on('error', () => {}).destroy();
  });

  it('of 100 MB goes through both ways in flat memory, also to a slow reader', async () => {
    const block = Buffer.alloc(MiB, 'x 0123456789 y ');
    await open(async (request, response) => {
      const hash = createHash('sha256');
      for await (const chunk of request) hash.update(chunk as Buffer);
      if (request.method === 'POST') {
        response.end(hash.digest('hex'));
        return;
      }
      for (let i = 0; i < 100; i++) if (!response.write(block)) await once(response, 'drain');
      response.end();
    });
    const outgoing = httpRequest(redactor.url, { ...post, agent: false });
    const expected = createHash('sha256');
    for (let i = 0; i < 100; i++) {
      expected.update(block);
      if (!outgoing.write(block)) await once(outgoing, 'drain');
    }
    outgoing.end();
    const [told] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(await text(told)).toBe(expected.digest('hex'));
    const [answer] = (await once(httpRequest(redactor.url, { agent: false }).end(), 'response')) as [IncomingMessage];
    await sleep(1_000);
    let size = 0;
    for await (const chunk of answer) size += (chunk as Buffer).length;
    expect(size).toBe(100 * MiB);
    expect(redactor.peakMiB()).toBeLessThan(150);
  });

  it('that its sender breaks off is broken off for its receiver', async () => {
    let gone = false;
    await open(async (request, response) => {
      if (request.method === 'POST') {
        request.on('close', () => {
          gone = !request.complete;
        });
        request.resume();
        return;
      }
      response.write('the beginning');
      await sleep(50);
      response.destroy();
    });
    const { message } = await ask('/').catch((error: Error) => ({ message: error.message }));
    expect(message).toBe('aborted');
    const outgoing = httpRequest(redactor.url, { ...post, agent: false });
    outgoing.on('error', () => {});
    outgoing.write('x');
    await sleep(100);
    outgoing.destroy();
    await expect.poll(() => gone).toBe(true);
  });

  it('whose receiver goes away is no longer sent', async () => {
    let closed = false;
    await open((_request, response) => {
      const timer = setInterval(() => response.write('x'), 5);
      response.on('close', () => {
        closed = true;
        clearInterval(timer);
      });
    });
    const outgoing = httpRequest(redactor.url, { agent: false }).end();
    await once(outgoing, 'response');
    outgoing.on('error', () => {});
    outgoing.destroy();
    await expect.poll(() => closed).toBe(true);
  });
});

describe('a message', () => {
  it('without a body stays without: HEAD, 204, 304', async () => {
    await open((request, response) => {
      if (request.method === 'HEAD') response.writeHead(200, { 'content-length': '1234' }).end();
      else response.writeHead(Number(request.url?.slice(1)), { etag: '"x"' }).end();
    });
    const head = await ask('/', { method: 'HEAD' });
    expect([head.status, head.body.length, head.headers['transfer-encoding']]).toEqual([200, 0, undefined]);
    for (const status of [204, 304]) {
      const answer = await ask(`/${status}`);
      expect([answer.status, answer.body.length, answer.headers.etag]).toEqual([status, 0, '"x"']);
      expect(answer.headers['transfer-encoding']).toBeUndefined();
    }
  });

  it('says nothing of one connection on the next, and keeps everything else', async () => {
    let seen: IncomingMessage['headers'] = {};
    await open((request, response) => {
      seen = request.headers;
      response.writeHead(200, [
        ['set-cookie', 'a=1'],
        ['set-cookie', 'b=second'],
        ['connection', 'x-own'],
        ['x-own', '1'],
        ['keep-alive', 'timeout=99'],
        ['X-Kept', 'é'],
      ]);
      response.end();
    });
    const headers = {
      connection: 'x-hop',
      'x-hop': '1',
      te: 'trailers',
      'proxy-authorization': 'x',
      'x-kept': '2',
      cookie: 'c=second',
    };
    const answer = await ask('/', { headers });
    expect(seen).toEqual({
      host: upstream.url.slice('http://'.length),
      connection: 'keep-alive',
      'x-kept': '2',
      cookie: 'c=[REDACTED]',
    });
    expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=[REDACTED]'], 'x-kept': 'é' });
    expect(answer.headers).not.toHaveProperty('x-own');
    expect(answer.headers).not.toHaveProperty('keep-alive', 'timeout=99');
  });

  it('that waits for leave to send its body gets it from the provider alone', async () => {
    await open(() => {});
    let asked = 0;
    upstream.server.on('checkContinue', async (request, response) => {
      asked++;
      if (request.url === '/no') {
        response.writeHead(413, { connection: 'close' }).end('too much');
        return;
      }
      await sleep(150);
      response.writeContinue();
      response.end(await text(request));
    });
    const go = async (path: string): Promise<readonly [number, number, string]> => {
      const headers = { expect: '100-continue', 'content-length': '6' };
      const outgoing = httpRequest(redactor.url + path, { ...post, headers, agent: false });
      outgoing.on('error', () => {});
      let leave = 0;
      const began = performance.now();
      outgoing.on('continue', () => {
        leave = performance.now() - began;
        outgoing.end('second');
      });
      outgoing.flushHeaders();
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      const said = await text(answer);
      outgoing.destroy();
      return [answer.statusCode ?? 0, leave, said];
    };
    const [status, leave, said] = await go('/yes');
    expect([status, said]).toEqual([200, '[REDACTED]']);
    expect(leave).toBeGreaterThan(100);
    expect(await go('/no')).toEqual([413, 0, 'too much']);
    expect(asked).toBe(2);
  });

  it('goes over connections that are kept', async () => {
    let connections = 0;
    await open((_request, response) => response.end('x'));
    upstream.server.on('connection', () => connections++);
    for (let i = 0; i < 20; i++) expect((await ask('/')).status).toBe(200);
    expect(connections).toBeLessThanOrEqual(2);
    const two = 'GET /1 HTTP/1.1\r\nhost: a\r\n\r\n';
    const raw = await sendRaw(redactor.port, [two + two, two.replace('\r\n\r\n', '\r\nconnection: close\r\n\r\n')]);
    expect(raw.match(/HTTP\/1\.1 200/g)).toHaveLength(3);
  });

  it('may name its target as a URL; a tunnel is refused', async () => {
    await open((request, response) => response.end(`${request.url} ${request.headers.host}`));
    const close = 'host: a\r\nconnection: close\r\n\r\n';
    const host = upstream.url.slice('http://'.length);
    expect(await sendRaw(redactor.port, [`GET http://other.example/a?b=second HTTP/1.1\r\n${close}`])).toContain(
      `/a?b=%5BREDACTED%5D ${host}`,
    );
    expect(await sendRaw(redactor.port, [`GET ftp://x/ HTTP/1.1\r\n${close}`])).toMatch(/^HTTP\/1\.1 400/);
    expect(await sendRaw(redactor.port, [`CONNECT 127.0.0.1:1 HTTP/1.1\r\n${close}`])).toMatch(/^HTTP\/1\.1 405/);
  });

  it.each([
    ['two lengths', 'content-length: 3\r\ncontent-length: 4\r\n', 'abc'],
    ['a length and chunks', 'content-length: 3\r\ntransfer-encoding: chunked\r\n', '0\r\n\r\n'],
    ['another coding', 'transfer-encoding: gzip, chunked\r\n', '0\r\n\r\n'],
    ['chunks that are not the last coding', 'transfer-encoding: chunked, identity\r\n', '0\r\n\r\n'],
    ['a length with a sign', 'content-length: +3\r\n', 'abc'],
    ['a folded line', 'x: a\r\n b\r\ntransfer-encoding: chunked\r\n folded\r\n', '0\r\n\r\n'],
    ['space before the colon', 'transfer-encoding : chunked\r\n', '0\r\n\r\n'],
    ['a bare line feed', 'x: y\nz: a\r\n', ''],
  ])('that two readers could read in two ways is not passed on: %s', async (_, lines, body) => {
    let seen = 0;
    await open((request, response) => {
      seen++;
      request.resume().on('end', () => response.end());
    });
    // A connection to the provider is open, so that whatever is passed on is there at once.
    expect((await ask('/')).status).toBe(200);
    const raw = await sendRaw(redactor.port, [
      `POST / HTTP/1.1\r\nhost: a\r\n${lines}\r\n${body}GET /smuggled HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n`,
    ]);
    expect(raw).toMatch(/^HTTP\/1\.1 (400|501)/);
    await sleep(100);
    expect(seen).toBe(1);
  });

  it('of HTTP/1.0 with chunks is refused', async () => {
    await open((_request, response) => response.end());
    const raw = await sendRaw(redactor.port, ['POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n']);
    expect(raw).toMatch(/^HTTP\/1\.1 400/);
  });
});

describe('a provider', () => {
  it('that is not there is 502', async () => {
    await open(() => {});
    upstream.close();
    await sleep(20);
    const answer = await ask('/', post, ['x'.repeat(1000)]);
    expect([answer.status, answer.body.toString()]).toEqual([502, 'no answer from upstream: ECONNREFUSED\n']);
  });

  it('that answers before it was told everything is heard', async () => {
    await open((_request, response) => response.writeHead(413, { connection: 'close' }).end('enough'));
    const outgoing = httpRequest(redactor.url, { ...post, agent: false });
    outgoing.on('error', () => {});
    const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    outgoing.write('x'.repeat(1000));
    const [answer] = await answered;
    expect([answer.statusCode, await text(answer)]).toEqual([413, 'enough']);
    outgoing.destroy();
  });

  it('that closed a kept connection is asked again', async () => {
    let count = 0;
    await open((request, response) => {
      response.end(String(count++));
      // Closed without a word after the first answer.
      response.on('finish', () => setTimeout(() => request.socket.destroy(), 20));
    });
    for (let i = 0; i < 5; i++) {
      expect((await ask('/')).status).toBe(200);
      await sleep(15 + i * 3);
    }
  });
});

describe('a WebSocket', () => {
  const hello =
    'GET /ws HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-key: x\r\nsec-websocket-version: 13\r\n\r\n';

  it('is refused unless told', async () => {
    let asked = 0;
    await open((_request, response) => {
      asked++;
      response.end();
    });
    expect(await sendRaw(redactor.port, [hello.replace('x\r\n', 'x\r\nConnection: close\r\n')])).toMatch(
      /^HTTP\/1\.1 403/,
    );
    expect(asked).toBe(0);
  });

  it('passes when told, in both directions, and is an ordinary answer when the provider wants it so', async () => {
    await open((_request, response) => response.writeHead(426, { connection: 'close' }).end('no'), refusing);
    expect(await sendRaw(redactor.port, [hello])).toMatch(/^HTTP\/1\.1 426[\s\S]*\r\n\r\n(2\r\n)?no/);
    upstream.server.on('upgrade', (request, socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: ${request.headers.upgrade}\r\n\r\nfirst `,
      );
      socket.on('data', (chunk) => socket.write(`echo ${chunk} `));
    });
    const socket = connect(redactor.port, '127.0.0.1');
    let got = '';
    socket.on('data', (chunk) => {
      got += String(chunk);
    });
    socket.write(`${hello}early`);
    await expect.poll(() => got).toContain('first echo early');
    expect(got).toMatch(/^HTTP\/1\.1 101 /);
    socket.write('late');
    await expect.poll(() => got).toContain('echo late');
    socket.destroy();
  });
});
