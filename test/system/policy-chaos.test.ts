/** Policies that do their worst. Whatever they do, headgate ends in time, says once what happened, and leaves nothing behind. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  type ChaosOptions,
  createChaos,
  endless,
  head,
  http,
  interposer,
  type Observed,
  otherPort,
  policyPort,
  raw,
} from './chaos-fixture.ts';
import { noChange } from './policy-fixture.ts';

const chaos = createChaos();
afterAll(() => chaos.remove());

const maxMiB = 300;
/** A compile with a policy that behaves, measured here and now: machines differ, and are busy. */
let ownMs = 0;
beforeAll(async () => {
  for (let run = 0; run < 3; run++) {
    const seen = await chaos.run(http(`agree(res);`));
    expect(seen.code, seen.stderr).toBe(0);
    ownMs = Math.max(ownMs, seen.ms);
  }
});

interface Case extends ChaosOptions {
  readonly name: string;
  readonly policy: string;
  /** Milliseconds that the policy may use; also the flag, unless flags are given. */
  readonly budget?: number;
  /** The one diagnostic; none when the compile is fine. */
  readonly code?: string;
  /** What the message has to say. */
  readonly says?: RegExp | string;
}

const ask = 'govern/policy-ask';
const start = 'govern/policy-start';
const notJson = 'govern/answer-not-json';
const shape = 'govern/answer-shape';
const elapsed = /\(after \d+(\.\d+)? m?s\)/;

async function observe({ name, policy, budget = 10_000, flags, ...options }: Case): Promise<Observed> {
  const seen = await chaos.run(policy, { ...options, flags: flags ?? ['--policy-timeout', `${budget}ms`] });
  expect(seen.left, name).toEqual([]);
  expect(seen.ms, `${name}: ${Math.round(seen.ms)} ms`).toBeLessThan(budget + 1_000 + 2 * ownMs);
  expect(seen.peakMiB, `${name}: ${Math.round(seen.peakMiB)} MiB`).toBeLessThan(maxMiB);
  expect(seen.stderr, name).not.toMatch(/^\s+at .*dist\//m);
  expect(seen.stderr, name).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/);
  return seen;
}

function expectFault(one: Case, seen: Observed): void {
  expect([seen.code, seen.stdout, seen.codes], seen.stderr).toEqual([1, '', [one.code]]);
  expect(seen.plain).toContain('`#p.apply`');
  if (one.code === ask || one.code === start) expect(seen.plain).toMatch(elapsed);
  if (typeof one.says === 'string') expect(seen.plain).toContain(one.says);
  else if (one.says) expect(seen.plain).toMatch(one.says);
}

const hangs: readonly Case[] = [
  { name: 'does not answer', policy: http(''), says: /\(deadline\).* no answer/ },
  {
    name: 'sends its head a byte at a time',
    policy: raw(`c.write('HTTP/1.1 200 OK\\r\\nx-slow: '); setInterval(() => c.write('y'), 20);`),
    says: /\(deadline\).* no answer/,
  },
  {
    name: 'announces its answer for ever',
    policy: raw(endless('c', JSON.stringify('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500)))),
    says: /\(deadline\).* no answer|\(headers\)/,
  },
  {
    name: 'stops after its head',
    policy: http(`res.writeHead(200); res.flushHeaders();`),
    says: /\(deadline\).* the answer was not complete/,
  },
  {
    name: 'stops in the middle of its answer',
    policy: http(`res.write('{"interpositions":');`),
    says: /\(deadline\).* the answer was not complete/,
  },
  {
    name: 'sends its answer a byte at a time',
    policy: http(`res.write('{'); setInterval(() => res.write(' '), 30);`),
    says: /\(deadline\).* the answer was not complete/,
  },
  {
    name: 'writes a chunk head without an end',
    policy: raw(`c.write(${head('transfer-encoding: chunked')}); c.write('1;'); ${endless('c', `'e'.repeat(65536)`)}`),
    says: /\(deadline\).* the answer was not complete|\(body\)|not HTTP/,
  },
  {
    name: 'does not read the question',
    policy: `require('node:net').createServer((c) => { c.on('error', () => {}); c.once('data', (d) => { if (String(d).startsWith('GET')) c.end('HTTP/1.1 404 no\\r\\ncontent-length: 0\\r\\n\\r\\n'); else c.pause(); }); }).listen(${policyPort}, '127.0.0.1');`,
    questionBytes: 1_500_000,
    budget: 3_000,
    says: /\(deadline\).* no answer/,
  },
  { name: 'computes for ever', policy: http(`for (;;);`), says: /\(deadline\).* no answer/ },
  {
    name: 'never gets ready',
    policy: http('', `if (req.method === 'GET') return;`),
    says: /\(deadline\).*`GET \/`/,
  },
];

describe('a policy that takes its time', () => {
  it.each(hangs.map((one) => ({ budget: 1_200, code: ask, ...one })))('$name', async (one) => {
    expectFault(one, await observe(one));
  });
});

/** With a limit for the phase alone. */
const phases: readonly Case[] = [
  {
    name: 'to start',
    policy: `console.error('loading'); setTimeout(() => {}, 60_000);`,
    limits: 'start: 4s',
    budget: 5_000,
    code: start,
    says: /nothing answered `GET \/` on port \d+ within 4 s .*loading/,
  },
  { name: 'to begin', policy: http(''), limits: 'headers: 600ms', says: '(headers): no answer within 0.6 s' },
  {
    name: 'to end',
    policy: http(`res.write('{"interpositions":');`),
    limits: 'body: 600ms',
    says: '(body): the answer was not complete within 0.6 s',
  },
];

describe('a policy that takes more time than it has', () => {
  it.each(phases.map((one) => ({ budget: 1_000, code: ask, flags: [], ...one })))('$name', async (one) => {
    expectFault(one, await observe(one));
  });
});

const floods: readonly Case[] = [
  {
    name: 'declares a body of 1 GB and sends it',
    policy: http(`res.setHeader('content-length', 2 ** 30); ${endless('res', `'x'.repeat(65536)`)}`),
    says: /\(size\): the answer is too large: it says it has 1073741824 bytes/,
  },
  {
    name: 'sends a body without an end',
    policy: http(endless('res', `'x'.repeat(65536)`)),
    says: /\(size\): the answer is too large: it has more than 1048576 bytes/,
  },
  {
    name: 'sends an error without an end',
    policy: http(`res.statusCode = 500; ${endless('res', `'x'.repeat(65536)`)}`),
    says: /\(status\): the answer has status HTTP 500/,
  },
  {
    name: 'sends a head without an end',
    policy: raw(
      `c.write('HTTP/1.1 200 OK\\r\\n'); ${endless('c', `('x-h: ' + 'y'.repeat(1000) + '\\r\\n').repeat(50)`)}`,
    ),
    says: /\(headers\)/,
  },
  {
    name: 'sends a gzip bomb',
    policy: http(
      `res.setHeader('content-encoding', 'gzip'); res.end(require('node:zlib').gzipSync(Buffer.alloc(2 ** 28)));`,
    ),
    says: /\(encoding\): the answer has content encoding `gzip`/,
  },
  {
    name: 'sends a gzip bomb with an error',
    policy: http(
      `res.statusCode = 503; res.setHeader('content-encoding', 'gzip'); res.end(require('node:zlib').gzipSync(Buffer.alloc(2 ** 28)));`,
    ),
    says: /\(status\): the answer has status HTTP 503/,
  },
  {
    name: 'floods standard error',
    policy: `${http(`setTimeout(() => process.exit(3), 800);`)} ${endless('process.stderr', `'e'.repeat(65536)`)}`,
    says: /closed before there was an answer; it ended with status 3/,
  },
];

describe('a policy that sends too much', () => {
  it.each(floods.map((one) => ({ code: ask, ...one })))('$name', async (one) => {
    expectFault(one, await observe(one));
  });
});

const answers: readonly Case[] = [
  { name: 'nested 500,000 deep', policy: answer(`'['.repeat(500_000)`), code: notJson },
  {
    name: 'nested 250,000 deep and closed',
    policy: answer(`'{"interpositions":' + '['.repeat(250_000) + ']'.repeat(250_000) + '}'`),
    code: notJson,
  },
  { name: 'with a key twice', policy: answer(`'{"interpositions":[],"interpositions":[]}'`), code: shape },
  { name: 'NaN', policy: answer(`'{"interpositions":NaN}'`), code: notJson },
  { name: 'Infinity as a target', policy: answer(`'{"interpositions":[],"findings":[{"edge":1e999}]}'`) },
  { name: 'empty', policy: http(`res.statusCode = 204; res.end();`), code: notJson },
  { name: 'with text after it', policy: answer(`'${noChange} and more'`), code: notJson },
  { name: 'with a byte order mark', policy: answer(`'\\ufeff${noChange}'`), code: notJson },
  {
    name: 'in UTF-16',
    policy: http(
      `res.setHeader('content-type', 'application/json; charset=utf-16'); res.end(Buffer.from('\\ufeff${noChange}', 'utf16le'));`,
    ),
    code: ask,
    says: '(encoding)',
  },
  {
    name: 'in Latin-1',
    policy: answer(`Buffer.from('{"interpositions":[],"ä":1}', 'latin1')`),
    code: ask,
    says: '(encoding): the answer is not UTF-8',
  },
  {
    name: 'shorter than its length',
    policy: raw(`c.end(${head('content-length: 4000')} + '${noChange}');`),
    code: ask,
    says: '(body): the connection was closed in the middle of the answer',
  },
  {
    name: 'longer than its length',
    policy: raw(`c.end(${head('content-length: 10')} + '${noChange}');`),
    code: notJson,
  },
  {
    name: 'with two lengths',
    policy: raw(`c.end(${head('content-length: 21', 'content-length: 3')} + '${noChange}');`),
    code: ask,
    says: 'not HTTP',
  },
  {
    name: 'with a length and chunks',
    policy: raw(
      `c.end(${head('content-length: 21', 'transfer-encoding: chunked')} + '15\\r\\n${noChange}\\r\\n0\\r\\n\\r\\n');`,
    ),
    code: ask,
    says: 'not HTTP',
  },
  { name: 'not HTTP', policy: raw(`c.end('PRI * HTTP/2.0\\r\\n\\r\\nSM\\r\\n\\r\\n');`), code: ask, says: 'not HTTP' },
  {
    name: 'another protocol',
    policy: raw(`c.end('HTTP/1.1 101 Switching Protocols\\r\\nconnection: upgrade\\r\\nupgrade: x\\r\\n\\r\\n');`),
    code: ask,
    says: '(headers)',
  },
  {
    name: 'ended by a crash',
    policy: http(`res.setHeader('content-length', 100); res.write('{"inter'); setTimeout(() => process.exit(9), 50);`),
    code: ask,
    says: 'in the middle of the answer; it ended with status 9',
  },
  {
    name: 'ended by a signal',
    policy: http(
      `res.setHeader('content-length', 100); res.write('{"inter'); setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 50);`,
    ),
    code: ask,
    says: 'in the middle of the answer; it ended with status 139 (SIGSEGV)',
  },
  {
    name: 'with control characters',
    policy: answer(`'{"interpositions":[],"findings":[{"severity":"error","message":"\\\\u001b[2J\\\\u0007gone"}]}'`),
    code: 'govern/finding-error',
  },
  {
    name: 'with a pattern that takes exponential time elsewhere',
    policy: answer(interposer(`{ v: { type: 'string', pattern: '^(a+)+$' } }`, `{ v: 'a'.repeat(50000) + '!' }`)),
    code: 'govern/answer-invalid-config',
  },
  {
    name: 'with a schema that doubles at every step',
    policy: answer(
      interposer(
        `{ v: { $ref: '#/$defs/d0' } }`,
        `{ v: 1 }`,
        `$defs: Object.fromEntries(Array.from({ length: 60 }, (_, i) => ['d' + i, i === 59 ? { type: 'string' } : { allOf: [{ $ref: '#/$defs/d' + (i + 1) }, { $ref: '#/$defs/d' + (i + 1) }] }]))`,
      ),
    ),
  },
];

describe('an answer', () => {
  it.each(answers.filter(({ code }) => code !== undefined))('$name', async (one) => {
    expectFault(one, await observe(one));
  });

  it.each(answers.filter(({ code }) => code === undefined))('$name', async (one) => {
    const seen = await observe(one);
    expect([seen.code, seen.stdout]).toEqual([1, '']);
    expect(seen.codes.length).toBeGreaterThan(0);
  });

  it.each([
    ['with 10,000 faults', `JSON.stringify({ interpositions: Array.from({ length: 10000 }, () => ({ odd: 1 })) })`],
    [
      'with 10,000 findings',
      `JSON.stringify({ interpositions: [], findings: Array.from({ length: 10000 }, (_, i) => ({ severity: 'error', message: 'no ' + i })) })`,
    ],
    [
      'with a finding of 1 MB',
      `JSON.stringify({ interpositions: [], findings: [{ severity: 'error', message: 'x'.repeat(1000000) }] })`,
    ],
  ])('%s', async (name, body) => {
    const seen = await observe({ name, policy: answer(body) });
    expect([seen.code, seen.stdout]).toEqual([1, '']);
    expect(seen.codes.length).toBeGreaterThan(0);
    expect(seen.codes.length).toBeLessThanOrEqual(101);
  });
});

describe('a policy that lives on its own', () => {
  const daemon = `setInterval(() => {}, 1000); for (const s of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(s, () => {});`;
  const fork = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(daemon)}], { detached: true, stdio: 'ignore' }).unref();`;
  const boxes = [
    { box: 'in a sandbox', flags: ['--policy-timeout', '10s'] },
    { box: 'without', flags: ['--policy-timeout', '10s', '--no-sandbox'] },
  ];

  it.each(boxes)('forks and answers: $box', async ({ flags }) => {
    const seen = await observe({ name: 'forks', policy: `${fork} ${fork} ${http(`agree(res);`)}`, flags });
    expect(seen.code, seen.stderr).toBe(0);
  });

  it.each(boxes)('ignores every signal that it can: $box', async ({ flags }) => {
    const seen = await observe({ name: 'ignores', policy: `${daemon} ${http(`agree(res);`)}`, flags });
    expect(seen.code, seen.stderr).toBe(0);
  });

  it.each(boxes)('goes into the background: $box', async ({ flags }) => {
    const policy = `if (process.env.AGAIN) { ${http(`agree(res);`)} } else { require('node:child_process').spawn(process.execPath, [__filename], { detached: true, stdio: 'ignore', env: { ...process.env, AGAIN: '1' } }).unref(); setTimeout(() => process.exit(0), 20); }`;
    const one = { name: 'daemonises', policy, flags, code: start, says: 'it ended with status 0' };
    const seen = await observe(one);
    // It may have answered before its first process ended.
    if (seen.code !== 0) expectFault(one, seen);
  });

  it('forks without end', async () => {
    const policy = `${http('')} setTimeout(() => { for (let i = 0; i < 300; i++) require('node:child_process').spawn('sh', ['-c', 'sleep 60'], { detached: true, stdio: 'ignore' }); }, 5);`;
    const one = { name: 'bomb', policy, code: start, says: /it ran \d+ processes at once, and 128 are allowed/ };
    const seen = await observe(one);
    expectFault({ ...one, code: seen.codes[0] === ask ? ask : start }, seen);
  });

  it('takes all memory', async () => {
    const policy = `${http('', 'return;')} const kept = []; setInterval(() => kept.push(Buffer.alloc(64 << 20, 1)), 1);`;
    const one = { name: 'memory', policy, code: start, says: /it took \d+ MiB of memory|it ended with|it was killed/ };
    expectFault(one, await observe(one));
  });

  it('stops the process that watches it', async () => {
    const policy = http(`process.kill(process.ppid, 'SIGSTOP');`);
    const one = { name: 'stops', policy, budget: 1_200, code: ask, says: '(deadline)' };
    expectFault(one, await observe(one));
  });
});

describe('a policy that looks around', () => {
  let host: Server;
  const asked: string[] = [];
  beforeAll(async () => {
    host = createHttpServer((req, res) => {
      asked.push(`${req.method} ${req.url}`);
      res.end(noChange);
    });
    await once(host.listen(0, '0.0.0.0'), 'listening');
  });
  afterAll(() => {
    host.close();
  });
  const port = (): number => (host.address() as AddressInfo).port;

  it.each([301, 302, 303, 307, 308])('sends headgate elsewhere: %i', async (status) => {
    const policy = http(`res.writeHead(${status}, { location: 'http://127.0.0.1:${port()}/taken' }); res.end();`);
    const one = { name: 'redirect', policy, code: ask, says: '(status): the answer is a redirect' };
    expectFault(one, await observe(one));
    expect(asked).toEqual([]);
  });

  it('finds no network', async () => {
    const hosts = JSON.stringify(['127.0.0.1', '::1', '10.0.2.2', '169.254.169.254', '1.1.1.1']);
    const policy =
      http(`const tries = ${hosts}.map((host) => new Promise((d) => net.connect(${port()}, host).on('connect', () => d(host + ' CONNECTED')).on('error', (e) => d(e.code)).setTimeout(700, () => d('TIMEOUT'))));
      tries.push(new Promise((d) => require('node:dns').lookup('example.com', (e) => d(e ? 'no name' : 'NAME'))));
      agree(res, [info('saw: ' + [...new Set(await Promise.all(tries))].sort().join())]);`);
    const seen = await observe({ name: 'network', policy });
    expect([seen.code, seen.codes], seen.stderr).toEqual([0, ['govern/finding-info']]);
    expect(seen.plain).toMatch(/saw: [A-Za-z, ]+\b/);
    expect(seen.plain).not.toMatch(/CONNECTED|NAME|TIMEOUT/);
    expect(asked).toEqual([]);
  });

  it('opens other ports, and nobody outside sees them', async () => {
    const policy = http(
      `net.createServer((c) => c.end('here')).listen(${otherPort}, '0.0.0.0', () => setTimeout(() => agree(res, [info('open')]), 400));`,
    );
    const seen = await observe({ name: 'ports', policy, watchPort: true });
    expect([seen.code, seen.codes, seen.portSeen], seen.stderr).toEqual([0, ['govern/finding-info'], false]);
  });

  it('finds no file of anybody', async () => {
    const secret = join(chaos.folder, '..', `${chaos.marker}.secret`);
    writeFileSync(secret, 'x', { mode: 0o600 });
    const places = [
      secret,
      process.cwd(),
      '/root',
      '/home',
      '/etc/shadow',
      '/var/log',
      '/proc/1/root/etc/shadow',
      `/proc/${process.pid}/environ`,
    ];
    const policy =
      http(`const found = ${JSON.stringify(places)}.filter((p) => { try { return fs.statSync(p).isDirectory() ? fs.readdirSync(p).length > 0 : fs.readFileSync(p).length >= 0; } catch { return false; } });
      agree(res, [info('found: ' + (found.join() || 'nothing'))]);`);
    const seen = await observe({ name: 'files', policy }).finally(() => {
      // Not in the folder of the scenario, which the policy may read.
      writeFileSync(secret, '');
    });
    const { rmSync } = await import('node:fs');
    rmSync(secret);
    expect(seen.code, seen.stderr).toBe(0);
    expect(seen.plain).toContain('found: nothing');
  });

  it('fills its disks, and still has to answer', async () => {
    const fill = `const fill = (file) => { let n = 0; try { const fd = fs.openSync(file, 'w'); const b = Buffer.alloc(1 << 20, 1); for (; n < 2000; n++) { const done = fs.writeSync(fd, b); if (done < b.length) break; } } catch (e) { return [n, e.code]; } return [n, 'full']; };`;
    const policy = `${fill.replaceAll('fs.', "require('node:fs').")} process.on('SIGXFSZ', () => {}); ${http(`agree(res, [info('wrote ' + JSON.stringify(fill('/tmp/big')) + ' ' + JSON.stringify(fill(__dirname + '/big')))]);`)}`;
    const seen = await observe({ name: 'disk', policy });
    expect(seen.code, seen.stderr).toBe(0);
    const [, written] = /wrote \[(\d+),"(?:ENOSPC|EFBIG|full)"\] \[0,"EROFS"\]/.exec(seen.plain) ?? [];
    expect(Number(written), seen.plain).toBeLessThanOrEqual(256);
  });
});

describe('a policy that runs elsewhere', () => {
  const sockets = new Set<Socket>();
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => sockets.add(socket.on('error', () => {})));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    silent.close();
  });
  const url = (scheme: string): string => `p=${scheme}://127.0.0.1:${(silent.address() as AddressInfo).port}/x`;

  it('takes the connection and says nothing', async () => {
    const flags = ['--policy', url('http'), '--policy-timeout', '1200ms'];
    const one = { name: 'silent', policy: '', budget: 1_200, flags, code: ask, says: /\(deadline\).* no answer/ };
    expectFault(one, await observe(one));
  });

  it('takes the connection and does not shake hands', async () => {
    const flags = ['--policy', url('https'), '--policy-timeout', '1200ms'];
    const one = { name: 'tls', policy: '', budget: 1_200, flags, code: ask, says: /\(deadline\).* no connection/ };
    expectFault(one, await observe(one));
  });

  it('does not take the connection', async () => {
    const script = `import socket, sys, time
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0)
held = []
for _ in range(4):
    c = socket.socket(); c.setblocking(False)
    try: c.connect(s.getsockname())
    except BlockingIOError: pass
    held.append(c)
print(s.getsockname()[1], flush=True)
time.sleep(60)`;
    const full = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const [line] = await once(full.stdout.setEncoding('utf8'), 'data');
      const flags = ['--policy', `p=http://127.0.0.1:${Number(line)}/`];
      const says = /\(connect\): no connection within 5 s/;
      const one = { name: 'full', policy: '', budget: 5_000, flags, code: ask, says };
      expectFault(one, await observe(one));
    } finally {
      full.kill('SIGKILL');
    }
  });
});
