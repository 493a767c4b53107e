import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { PolicyOutcome } from '../../src/ports/policy-client.ts';
import { ask, askOf, askOne, createFixture, foldersOf, noChange, nodeServer, pythonServer } from './policy-fixture.ts';

const fixture = createFixture();
afterAll(() => fixture.remove());
afterEach(() => {
  expect(foldersOf(process.pid)).toEqual([]);
});

const answer = (onPost: string, onRequest?: string): Promise<PolicyOutcome> =>
  askOne(fixture.process('/use_0_0', { script: nodeServer(onPost, onRequest) }), {
    limits: { headersMs: 800, bodyMs: 800 },
  });

describe('a policy that answers', () => {
  it('is started, asked and given its environment, its config and the headers', async () => {
    const policy = fixture.process(
      '/use_0_0',
      {
        args: ['python3', '-u', '-c', '${config.source}'],
        env: { TAG: { when: 'config.tag', value: '<${config.tag}>' } },
      },
      { config: { source: pythonServer, tag: ['a', 1] } },
    );
    expect(await askOne(policy)).toMatchObject({ ok: true, text: '<["a",1]> / {"scope":{"ö":1}}' });
  });

  it('answers beside another one with the same port, in the order of the questions', async () => {
    const [a, b] = ['/use_0_0', '/use_1_0'].map((moniker) =>
      fixture.process(moniker, { args: ['python3', '-c', pythonServer], env: { TAG: moniker } }),
    );
    if (!a || !b) throw new Error('two processes');
    const outcomes = await ask([a, b], [askOf(b.moniker), askOf(a.moniker), askOf(b.moniker, { id: 'again' })]);
    expect(outcomes.map((o) => (o.ok ? o.text.split(' ')[0] : o))).toEqual(['/use_1_0', '/use_0_0', '/use_1_0']);
  });

  it('is sent exactly the request that is promised', async () => {
    const shown = `res.end(JSON.stringify([req.method, req.url, req.headers, Buffer.byteLength(body)]))`;
    const outcome = await answer(shown);
    expect(JSON.parse(outcome.ok ? outcome.text : JSON.stringify(outcome))).toEqual([
      'POST',
      '/',
      {
        host: '127.0.0.1:8120',
        connection: 'close',
        'content-type': 'application/json',
        accept: '*/*',
        'headgate-protocol-versions': '1, 2',
        'headgate-scope': '/',
        'content-length': '18',
      },
      18,
    ]);
  });

  it.each([
    ['version 2', '1, 2', 'shared!', '2'],
    ['version 1 alone', '1', '{"scope":{"ö":1}}', 'nothing'],
    ['another one', '1, 20', '{"scope":{"ö":1}}', 'nothing'],
  ])('that reads %s is asked in it', async (_, versions, body, protocol) => {
    const onGet = `res.setHeader('headgate-protocol-versions', '${versions}');`;
    const policy = fixture.process('/use_0_0', {
      script: nodeServer(`res.end(body + ' ' + (req.headers['headgate-protocol'] ?? 'nothing'))`, onGet),
    });
    const [outcome] = await ask([policy], [askOf('/use_0_0', { shared: () => 'shared!' })]);
    expect(outcome).toMatchObject({ ok: true, text: `${body} ${protocol}` });
  });

  it.each([
    ['2', { protocol: '2' }],
    ['1', {}],
    ['3', {}],
  ])('that says its answer is in version %s is taken by its word, if there is such a one', async (version, more) => {
    const outcome = await answer(`res.setHeader('headgate-protocol', '${version}'); res.end('x')`);
    expect(outcome).toEqual({ ok: true, text: 'x', elapsedMs: expect.any(Number), ...more });
  });

  it.each([404, 405, 501])('is ready when it answers GET with %i', async (status) => {
    const onGet = `if (req.method === 'GET') { res.statusCode = ${status}; res.end(); return; }`;
    expect(await answer(`res.end('${noChange}')`, onGet)).toMatchObject({ ok: true, text: noChange });
  });

  it('is not ready while it answers 502', async () => {
    const onGet = `globalThis.gets ??= 0; if (req.method === 'GET' && globalThis.gets++ < 3) { res.statusCode = 502; res.end(); return; }`;
    expect(await answer(`res.end(String(globalThis.gets))`, onGet)).toMatchObject({ ok: true, text: '4' });
  });

  it('may answer with nothing at all', async () => {
    expect(await answer(`res.statusCode = 204; res.end()`)).toMatchObject({ ok: true, text: '' });
  });

  it('may listen on ::1 alone', async () => {
    const script = nodeServer(`res.end('six')`).replace("'127.0.0.1'", "'::1'");
    expect(await askOne(fixture.process('/use_0_0', { script }))).toMatchObject({ ok: true, text: 'six' });
  });

  it('reaches another policy through its slot, on a port that it does not use itself', async () => {
    const front = `http.get(process.env.UP + '/x', (r) => { let t = ''; r.on('data', (c) => { t += c; }).on('end', () => res.end(process.env.UP + ' ' + t)); });`;
    const back = fixture.process(
      '/use_0_0/back',
      {
        script: `setTimeout(() => {${nodeServer('', "res.end('from back ' + req.url); return;")}}, 300)`,
        env: { PORT: '20000' },
      },
      { ports: [20_000] },
    );
    const consumer = fixture.process(
      '/use_0_0',
      { script: nodeServer(front), env: { UP: '${slots.up.url}' } },
      { ports: [8120, 20_000], slots: { up: [{ moniker: '/use_0_0/back', port: 20_000, protocol: 'http' }] } },
    );
    const [outcome] = await ask([consumer, back], [askOf('/use_0_0')]);
    expect(outcome).toMatchObject({ ok: true, text: 'http://127.0.0.1:20001 from back /x' });
  });
});

describe('a policy that does not start', () => {
  it('is told at once with its status and its last words', async () => {
    const words = Array.from({ length: 30 }, (_, i) => `print("line ${i}", file=sys.stderr)`).join('\n');
    const start = performance.now();
    const outcome = await askOne(
      fixture.process('/use_0_0', { args: ['python3', '-c', `import sys\n${words}\nsys.exit(3)`] }),
    );
    expect(performance.now() - start).toBeLessThan(1_000);
    const stderrTail = Array.from({ length: 20 }, (_, i) => `line ${i + 10}`).join('\n');
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'start',
      message: 'it ended with status 3 before it answered anything',
      stderrTail,
    });
  });

  it('does not stop the others', async () => {
    const bad = fixture.process('/use_0_0', { args: ['python3', '-c', 'import os; os.kill(os.getpid(), 9)'] });
    const good = fixture.process('/use_1_0', { script: nodeServer(`setTimeout(() => res.end('late'), 400)`) });
    const [first, second] = await ask([bad, good], [askOf('/use_0_0'), askOf('/use_1_0')]);
    expect(first).toMatchObject({
      ok: false,
      phase: 'start',
      message: 'it ended with status 137 (SIGKILL) before it answered anything',
    });
    expect(second).toMatchObject({ ok: true, text: 'late' });
  });

  it('fails when a policy that it needs does not start', async () => {
    const slots = { up: [{ moniker: '/use_0_0/back', port: 9000, protocol: 'tcp' }] };
    const consumer = fixture.process(
      '/use_0_0',
      { script: 'setTimeout(() => {}, 60000)', env: { UP: '${slots.up.url}' } },
      { slots },
    );
    const back = fixture.process('/use_0_0/back', { script: 'process.exit(7)' });
    const [outcome] = await ask([consumer, back], [askOf('/use_0_0')]);
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'start',
      message: expect.stringMatching(/^`\/use_0_0\/back` .*which it needs: it ended with status 7/),
    });
  });

  it('that never listens is given up after its time', async () => {
    const script = `console.error('still thinking'); setTimeout(() => {}, 60000)`;
    const outcome = await askOne(fixture.process('/use_0_0', { script }), { limits: { startMs: 700 } });
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'ready',
      message: 'nothing answered `GET /` on port 8120 within 0.7 s',
      stderrTail: 'still thinking',
    });
    expect(outcome.elapsedMs).toBeLessThan(1_500);
  });

  it.each([
    [{ path: './no-such-program', args: [] }, /no-such-program` does not exist/],
    [
      { path: 'no-such-command', args: [] },
      /program `no-such-command` was not found in \/usr\/local\/bin:\/usr\/bin:\/bin/,
    ],
    [{ args: ['no-such-interpreter', '-c', 'x'] }, /program `no-such-interpreter` was not found/],
    [{ path: './policy.yaml', args: [] }, /policy.yaml` is not executable/],
    [{ path: './', args: [] }, /is a folder, not a program/],
    [{ args: ['node', '${config.gone}'] }, /`program\.args\[1\]`: `\$\{config\.gone\}` has no value/],
  ])('because of its program: %j', async (program, message) => {
    expect(await askOne(fixture.process('/use_0_0', program))).toMatchObject({
      ok: false,
      phase: 'start',
      message: expect.stringMatching(message),
    });
  });

  it('because it is a container image', async () => {
    const image = { ...fixture.process('/use_0_0', {}), program: { image: 'x', entrypoint: ['y'] } };
    expect(await askOne(image)).toMatchObject({
      ok: false,
      phase: 'start',
      message: expect.stringContaining('container image'),
    });
  });
});

describe('an answer that is refused', () => {
  it('for its time: no headers', async () => {
    expect(await answer('')).toMatchObject({ ok: false, phase: 'headers', message: 'no answer within 0.8 s' });
  });

  it('for its time: a byte now and then', async () => {
    const outcome = await answer(`res.write('{'); setInterval(() => res.write(' '), 50)`);
    expect(outcome).toMatchObject({ ok: false, phase: 'body', message: 'the answer was not complete within 0.8 s' });
  });

  it('for the time of the whole pass', async () => {
    const policy = fixture.process('/use_0_0', { script: nodeServer('') });
    const outcome = await askOne(policy, { limits: { totalMs: 900 } });
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'deadline',
      message: 'all policies together have 0.9 s, and that time is over: no answer',
    });
  });

  it('for its size, by its length', async () => {
    const outcome = await answer(`res.setHeader('content-length', 1048577); res.write('x')`);
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'size',
      message: 'the answer is too large: it says it has 1048577 bytes, and 1048576 bytes are allowed',
    });
  });

  it('for its size, by its chunks', async () => {
    const outcome = await answer(`for (let i = 0; i < 16; i++) res.write('x'.repeat(65536)); res.end('x')`);
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'size',
      message: 'the answer is too large: it has more than 1048576 bytes, and 1048576 bytes are allowed',
    });
  });

  it('but not for exactly the size that is allowed', async () => {
    const outcome = await answer(`for (let i = 0; i < 16; i++) res.write('x'.repeat(65536)); res.end()`);
    expect(outcome.ok && outcome.text.length).toBe(1_048_576);
  });

  it('for a redirect', async () => {
    const outcome = await answer(`res.writeHead(302, { location: 'http://169.254.169.254/' }); res.end()`);
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'status',
      message: 'the answer is a redirect, HTTP 302 Found to `http://169.254.169.254/`, and redirects are not followed',
    });
  });

  it('for its status, with the beginning of its body', async () => {
    const outcome = await answer(`console.error('my trace'); res.statusCode = 500; res.end('x' + '€'.repeat(2000000))`);
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'status',
      message: 'the answer has status HTTP 500 Internal Server Error',
      stderrTail: 'my trace',
    });
    const preview = (outcome.ok ? undefined : outcome.bodyPreview) ?? '';
    expect(preview).toMatch(/^x€+…$/);
    expect(Buffer.byteLength(preview)).toBeGreaterThan(4_090);
    expect(Buffer.byteLength(preview)).toBeLessThanOrEqual(4_096);
  });

  it('for bytes that are not UTF-8', async () => {
    const outcome = await answer(`res.end(Buffer.from([0x22, 0xc3, 0xa9, 0xff, 0x22]))`);
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'encoding',
      message: 'the answer is not UTF-8: byte 3 does not belong',
    });
  });

  it('for a content encoding that nobody asked for', async () => {
    const outcome = await answer(
      `res.setHeader('content-encoding', 'gzip'); res.end(require('node:zlib').gzipSync('{}'))`,
    );
    expect(outcome).toMatchObject({ ok: false, phase: 'encoding', message: expect.stringContaining('`gzip`') });
  });

  it('for a crash before it', async () => {
    const outcome = await answer(`console.error('bang'); process.exit(9)`);
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'headers',
      message: 'the connection was closed before there was an answer; it ended with status 9',
      stderrTail: 'bang',
    });
  });

  it('for a crash in the middle of it', async () => {
    const outcome = await answer(
      `res.setHeader('content-length', 100); res.write('{"inter'); setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 100)`,
    );
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'body',
      message: 'the connection was closed in the middle of the answer; it ended with status 139 (SIGSEGV)',
    });
  });

  it('for not being HTTP', async () => {
    const script = `require('node:net').createServer((c) => c.once('data', (d) => c.end(String(d).startsWith('GET') ? 'HTTP/1.1 404 no\\r\\n\\r\\n' : 'what?\\r\\n\\r\\n'))).listen(8120)`;
    const outcome = await askOne(fixture.process('/use_0_0', { script }));
    expect(outcome).toMatchObject({
      ok: false,
      phase: 'headers',
      message: expect.stringMatching(/^the answer is not HTTP/),
    });
  });
});

describe('control characters of a policy', () => {
  it('do not reach the terminal', async () => {
    const outcome = await answer(
      `process.stderr.write('\\x1b[2Jgone\\n'); res.statusCode = 400; res.end('\\x1b]0;title\\x07 no')`,
    );
    expect(outcome).toMatchObject({ ok: false, stderrTail: '·[2Jgone', bodyPreview: '·]0;title· no' });
  });
});

describe('a policy that runs already', () => {
  it('is asked at its URL, and nothing is started', async () => {
    const server = createServer((req, res) => {
      req.resume().on('end', () => res.end(`${req.method} ${req.url}`));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    const outcomes = await ask(
      [],
      [
        askOf('a', { to: { url: `http://127.0.0.1:${port}/policy?x=1` } }),
        askOf('b', { to: { url: 'ftp://nowhere' } }),
        askOf('c', { to: { url: 'http://127.0.0.1:1/' } }),
      ],
    );
    server.close();
    expect(outcomes).toMatchObject([
      { ok: true, text: 'POST /policy?x=1' },
      { ok: false, phase: 'connect', message: '`ftp://nowhere` is not an http or https URL' },
      { ok: false, phase: 'connect', message: expect.stringContaining('ECONNREFUSED') },
    ]);
  });
});
