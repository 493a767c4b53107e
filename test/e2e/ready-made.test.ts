/** manifests/*: the policies that come with headgate, compiled and run. What streams must survive: ready-made-redaction.test.ts. */
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import {
  compileWith,
  type Interposer,
  sendRaw,
  startInterposer,
  startUpstream,
  type Upstream,
} from '../support/interposer.ts';

const configs: Readonly<Record<string, string>> = {
  'allow-list': '{ allow: [{ from: /api, to: /web, kind: http }, { from: /web, to: outside }] }',
  'audit-log': '{}',
  'bearer-auth': '{ token: "$${config.key}" }',
  'fault-injection': '{}',
  'model-meter': '{}',
  'rate-limit': '{}',
  redaction: '{ terms: ["$${config.key}"] }',
};

let upstream: Upstream | undefined;
let interposer: Interposer | undefined;
const open = async (
  policy: string,
  config: string,
  handle: Parameters<typeof startUpstream>[0] = (_request, response) => response.end('hello'),
  values: Readonly<Record<string, string>> = {},
): Promise<Interposer> => {
  const { plan, stderr } = compileWith(policy, config);
  if (!plan) throw new Error(stderr);
  upstream = await startUpstream(handle);
  interposer = await startInterposer(plan, upstream.url, values);
  return interposer;
};
afterEach(async () => {
  upstream?.close();
  const status = await interposer?.end();
  expect([undefined, 0]).toContain(status);
  upstream = undefined;
  interposer = undefined;
});

async function ask(
  url: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<{ readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: string }> {
  const outgoing = httpRequest(url, { method, headers, agent: false }).end();
  const [message] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: message.statusCode ?? 0, headers: message.headers, body: await text(message) };
}
const interposers = (plan: DeploymentPlan) => plan.components.filter(({ origin }) => origin.kind === 'policy');

describe('every ready-made policy', () => {
  const names = readdirSync('manifests', { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== 'lib')
    .map(({ name }) => name);

  // The one puts nothing on an edge, and the other takes none but those to a model: model-meter.test.ts.
  const onEveryEdge = names.filter((name) => name !== 'allow-list' && name !== 'model-meter');

  it('is known here, has a page, and its text holds no reference of a manifest', () => {
    expect(names.sort()).toEqual(Object.keys(configs).sort());
    const page = readFileSync('docs/policies/ready-made.md', 'utf8');
    for (const name of names) {
      expect(readFileSync(`manifests/${name}/README.md`, 'utf8')).toMatch(/^# .*\n/);
      expect(page).toContain(`manifests/${name}/manifest.yaml`);
      for (const folder of [name, 'lib']) {
        for (const file of readdirSync(`manifests/${folder}`).filter((file) => file.endsWith('.mjs')))
          expect(readFileSync(`manifests/${folder}/${file}`, 'utf8')).not.toContain('${');
      }
    }
  });

  it.each(names)('%s: all of its config is in its README', (name) => {
    const readme = readFileSync(`manifests/${name}/README.md`, 'utf8');
    const [, schema = ''] =
      /\n {2}properties:\n([\s\S]*?)\n {2}additionalProperties/.exec(
        readFileSync(`manifests/${name}/manifest.yaml`, 'utf8'),
      ) ?? [];
    const keys = [...schema.matchAll(/^ {4}(\w+):/gm)].map((match) => match[1] ?? '');
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter((key) => !readme.includes(`\`${key}\``))).toEqual([]);
  });

  it.each(onEveryEdge)('%s: sits on every edge, each with a port of its own', (name) => {
    const { plan, stderr } = compileWith(name, configs[name] ?? '');
    if (!plan) throw new Error(stderr);
    const found = interposers(plan);
    expect(found.map(({ origin }) => 'edges' in origin && origin.edges)).toEqual([['/web.data'], ['exports.site']]);
    const ports = found.map(({ program }) => (program as unknown as Ported).network.endpoints[0]?.port);
    expect(ports[1]).toBe((ports[0] ?? 0) + 1);
    expect(JSON.stringify(plan.policies)).toContain('"edgesMatched":2');
  });

  it.each(onEveryEdge)('%s: takes the edges that it is told to take', (name) => {
    const config = (configs[name] ?? '').replace(/\}$/, ', except: [/web.data]}').replace('{, ', '{ ');
    const some = compileWith(name, config);
    expect(some.plan && interposers(some.plan).length, some.stderr).toBe(1);
    const none = compileWith(name, config.replace('except: [/web.data]', 'only: ["/nobody/**"], except: [/no]'));
    expect(none.plan && interposers(none.plan).length, none.stderr).toBe(0);
    const said = none.stderr.replaceAll(/\s+/g, ' ');
    expect(said).toContain('the policy found no edge to sit on');
    expect(said).toContain('no edge fits `/no` of `except`');
  });

  it.each(names)('%s: refuses config that it does not know', (name) => {
    const { status, stderr } = compileWith(
      name,
      (configs[name] ?? '').replace(/\}$/, ', odd: 1}').replace('{, ', '{ '),
    );
    expect([status, stderr.includes('odd')]).toEqual([1, true]);
  });
});
interface Ported {
  readonly network: { readonly endpoints: readonly { readonly port: number }[] };
}

describe('audit-log', () => {
  const lines = (): readonly Record<string, unknown>[] =>
    (interposer?.stdout() ?? '')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('writes a line for every exchange, and nothing that was said', async () => {
    const { url } = await open('audit-log', '{}', (request, response) => {
      request
        .resume()
        .on('end', () =>
          request.url === '/broken' ? request.socket.destroy() : response.writeHead(201).end('answer-secret'),
        );
    });
    const outgoing = httpRequest(`${url}/path?token=query-secret`, {
      method: 'POST',
      headers: { authorization: 'head-secret' },
      agent: false,
    });
    outgoing.end('body-secret');
    await once(outgoing, 'response');
    expect((await ask(`${url}/broken`)).status).toBe(502);
    await expect.poll(() => lines().length).toBe(2);
    expect(lines()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        seq: 0,
        edge: '/web.data',
        from: '/api',
        to: '/web',
        method: 'POST',
        path: '/path',
        status: 201,
        outcome: 'answered',
        request_bytes: 11,
        response_bytes: 13,
        ms: expect.any(Number),
      },
      expect.objectContaining({ seq: 1, path: '/broken', status: 502, outcome: 'unreachable', request_bytes: 0 }),
    ]);
    expect(interposer?.stdout()).not.toContain('secret');
  });

  it('tells of receivers that went away, and of WebSockets', async () => {
    const { url, port } = await open('audit-log', '{ path: false }', (_request, response) => response.write('x'));
    upstream?.server.on('upgrade', (_request, socket) => {
      socket.on('error', () => {});
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\nhello');
      socket.on('data', () => socket.end('bye'));
    });
    const outgoing = httpRequest(url, { agent: false }).end();
    await once(outgoing, 'response');
    outgoing.on('error', () => {}).destroy();
    await expect.poll(() => lines().length).toBe(1);
    expect(lines()[0]).toMatchObject({ status: 200, outcome: 'broken', response_bytes: 1 });
    expect(lines()[0]).not.toHaveProperty('path');
    const socket = connect(port, '127.0.0.1', () =>
      socket.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    );
    socket.on('data', (chunk) => String(chunk).endsWith('hello') && socket.write('12345'));
    await once(socket, 'close');
    await expect.poll(() => lines().length).toBe(2);
    expect(lines()[1]).toMatchObject({ seq: 1, status: 101, outcome: 'upgraded', request_bytes: 5, response_bytes: 8 });
  });
});

describe('bearer-auth', () => {
  const key = 'tok-123.~+/=';
  const values = { token: key };

  it('lets those pass who know the token, which goes no further', async () => {
    const seen: unknown[] = [];
    const { url, port, stdout, stderr } = await open(
      'bearer-auth',
      configs['bearer-auth'] ?? '',
      (request, response) => {
        seen.push(request.headers.authorization);
        response.end();
      },
      values,
    );
    for (const authorization of [`Bearer ${key}`, `bearer  ${key}`])
      expect((await ask(url, { authorization })).status).toBe(200);
    expect(seen).toEqual([undefined, undefined]);
    const none = await ask(url);
    expect([none.status, none.headers['www-authenticate']]).toEqual([401, 'Bearer realm="headgate"']);
    for (const authorization of [
      `Bearer ${key}x`,
      `Bearer ${key.slice(0, -1)}`,
      'Bearer x',
      `Basic ${key}`,
      key,
      `Bearer ${key} ${key}`,
    ])
      expect((await ask(url, { authorization })).status, authorization).toBe(401);
    expect((await ask(url, { authorization: 'Bearer x' })).headers['www-authenticate']).toContain(
      'error="invalid_token"',
    );
    const twice = `GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\nauthorization: Bearer ${key}\r\nAuthorization: Bearer x\r\n\r\n`;
    expect(await sendRaw(port, [twice])).toMatch(/^HTTP\/1\.1 400/);
    const upgrade = 'GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n';
    expect(await sendRaw(port, [upgrade])).toMatch(/^HTTP\/1\.1 401/);
    expect(seen).toHaveLength(2);
    expect(stdout() + stderr()).toBe('');
  });

  it('or says it for those who do not', async () => {
    const { url } = await open(
      'bearer-auth',
      '{ token: "$${config.key}", mode: add }',
      (request, response) =>
        response.end(
          JSON.stringify(request.rawHeaders.filter((name) => /authorization/i.test(name) || name.startsWith('Bearer'))),
        ),
      values,
    );
    expect((await ask(url, { authorization: 'Bearer other' })).body).toBe(
      JSON.stringify(['authorization', `Bearer ${key}`]),
    );
  });

  it('has the token nowhere in the plan, and does not take one that stands in the manifest', () => {
    const { plan } = compileWith('bearer-auth', configs['bearer-auth'] ?? '');
    const [gate] = plan ? interposers(plan) : [];
    expect(gate?.config).toEqual({ object: { token: { root: 'key' } } });
    expect((gate?.program as unknown as { env: object } | undefined)?.env).toMatchObject({ TOKEN: '${config.token}' });
    const { status, stderr } = compileWith('bearer-auth', '{ token: in-clear }');
    expect(status).toBe(1);
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain('the token stands in the manifest');
    expect(stderr.match(/^error\[/gm)).toHaveLength(1);
  });

  it.each(['', 'two words', 'a\nb'])('does not start with %j for a token', async (token) => {
    const { plan } = compileWith('bearer-auth', configs['bearer-auth'] ?? '');
    await expect(startInterposer(plan as DeploymentPlan, 'http://127.0.0.1:1', { token })).rejects.toThrow(
      'the token is empty, or has characters',
    );
  });
});

describe('rate-limit', () => {
  it('lets a burst pass, then so many a second, and says when to come again', async () => {
    let asked = 0;
    const { url } = await open('rate-limit', '{ rate: 0.5, burst: 3 }', (_request, response) => {
      asked++;
      response.end();
    });
    // Far more than the machine can be slow: all of them would pass in three minutes only.
    const answers = await Promise.all(Array.from({ length: 100 }, () => ask(url)));
    const passed = answers.filter(({ status }) => status === 200);
    const refused = answers.filter(({ status }) => status === 429);
    expect(passed.length).toBeGreaterThanOrEqual(3);
    expect([passed.length + refused.length, asked]).toEqual([100, passed.length]);
    expect(new Set(refused.map(({ headers }) => headers['retry-after']))).toContain('2');
    await new Promise((wait) => setTimeout(wait, 2_000));
    expect((await ask(url)).status).toBe(200);
    expect(asked).toBe(passed.length + 1);
  });

  it('tells slow edges to come again late', async () => {
    const { url } = await open('rate-limit', '{ rate: 0.001, burst: 1 }');
    expect((await ask(url)).status).toBe(200);
    const { status, headers } = await ask(url);
    expect(status).toBe(429);
    // A thousand seconds, less what the two questions took.
    expect(Number(headers['retry-after'])).toBeGreaterThan(800);
  });
});

describe('fault-injection', () => {
  const run = async (config: string, count: number): Promise<readonly number[]> => {
    const { url, end } = await open('fault-injection', config);
    const statuses: number[] = [];
    for (let i = 0; i < count; i++) statuses.push((await ask(url).catch(() => ({ status: 0 }))).status);
    await end();
    upstream?.close();
    return statuses;
  };

  it('fails the share that it is told, the same requests with the same seed', async () => {
    const first = await run('{ seed: 7, abort_percent: 30, abort_status: 504 }', 60);
    const failed = first.filter((status) => status === 504).length;
    expect(first.filter((status) => ![200, 504].includes(status))).toEqual([]);
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(30);
    expect(await run('{ seed: 7, abort_percent: 30, abort_status: 504 }', 60)).toEqual(first);
    expect(await run('{ seed: 8, abort_percent: 30, abort_status: 504 }', 60)).not.toEqual(first);
  });

  it('breaks connections, and delays', async () => {
    expect(await run('{ abort_percent: 100, abort_status: 0 }', 3)).toEqual([0, 0, 0]);
    const { url } = await open('fault-injection', '{ delay_percent: 100, delay_ms: 300 }');
    const began = performance.now();
    expect((await ask(url)).status).toBe(200);
    expect(performance.now() - began).toBeGreaterThan(290);
  });

  it('says at every edge that it is there', () => {
    const { stderr } = compileWith('fault-injection', '{ abort_percent: 5 }');
    expect(stderr.match(/^warning\[govern\/finding-warning\]: faults are injected here/gm)).toHaveLength(2);
  });
});

describe('allow-list', () => {
  it('is content with what its rules allow', () => {
    expect(compileWith('allow-list', configs['allow-list'] ?? '', ['-D', 'warnings'])).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(compileWith('allow-list', '{ allow: [{ from: "/*", to: "**" }] }').stderr).toBe('');
  });

  it('refuses every other edge where it was written, and tells of rules that nothing needs', () => {
    const { status, plan, stderr } = compileWith(
      'allow-list',
      '{ allow: [{ from: /api, to: /web, kind: a2a }, { from: /web, to: outside }] }',
    );
    expect([status, plan]).toEqual([1, undefined]);
    const said = stderr.replaceAll(/\s+/g, ' ');
    expect(said).toContain('no rule allows the edge `/web.data`: http from /api to /web');
    expect(said).toContain('no edge fits rule 0: a2a from /api to /web');
    expect(stderr).toContain('bindings: [{ to: "#web.data"');
    expect(compileWith('allow-list', '{ allow: [], severity: warning }').status).toBe(0);
  });
});
