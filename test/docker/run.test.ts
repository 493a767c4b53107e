/**
 * Images beside programs in one run, in a real engine: bound ways lead both ways between them, from the place of a container nothing else is
 * reached, and nothing of a run is left, however it ended.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import * as net from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';
import { command, containerOf, containersOf, inside, makeImages, type TestImages } from './images.ts';

/** Once its runs have ended, which what is said later does first. */
afterEach(() => {
  const left = spawnSync('docker', ['ps', '-aq', '--filter', 'label=headgate.dev/owner'], { encoding: 'utf8' });
  expect(left.stdout).toBe('');
});
const { lay, options: plainOptions, start, folder } = useRuns();
const options = (more: Partial<RunOptions> = {}): RunOptions =>
  plainOptions({ ...more, env: { HEADGATE_TEST: '1', ...more.env } });
let images: TestImages;
let machine: Server;
let machinePort = 0;

beforeAll(async () => {
  images = makeImages();
  machine = createServer((_, response) => response.end('machine'));
  await new Promise<void>((done) => machine.listen(0, '0.0.0.0', done));
  machinePort = (machine.address() as net.AddressInfo).port;
});
afterAll(() => {
  machine?.close();
  images?.remove();
});

interface More {
  readonly slots?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly program?: object;
  readonly manifest?: object;
  readonly restart?: Part['restart'];
  readonly image?: string;
}

/** A server of Node from an image: `/` says its name; `/ask?URL` what it gets from there; `/env?NAME`; `/cat?PATH`; `/write?PATH`. */
const serve = `
const fs = require('fs'), http = require('http');
const answer = async (url) => {
  const at = url.indexOf('?'), path = at < 0 ? url : url.slice(0, at), rest = at < 0 ? '' : decodeURIComponent(url.slice(at + 1));
  if (path === '/ask') return (await fetch(rest)).text();
  if (path === '/up') return (await fetch(process.env.UP + '/' + rest)).text();
  if (path === '/env') return String(process.env[rest]);
  if (path === '/cat') return fs.readFileSync(rest, 'utf8');
  if (path === '/write') { fs.appendFileSync(rest, 'x'); return fs.readFileSync(rest, 'utf8'); }
  if (path === '/say') { console.log(rest); return 'said'; }
  if (path === '/exit') process.exit(Number(rest));
  return process.env.NAME + url;
};
http.createServer((q, r) => answer(q.url).then((t) => r.end(t), (e) => { r.statusCode = 500; r.end(String(e.cause ?? e)); })).listen(8080, '0.0.0.0');
require('net').createServer((s) => s.on('error', () => {}).end('hidden')).listen(9090, '0.0.0.0');
`;
const http = { provides: { http: { kind: 'http', endpoint: 'http' } }, exports: { http: 'provides.http' } };
const boxed = (name: string, more: More = {}): Part => ({
  ...(more.restart ? { restart: more.restart } : {}),
  manifest: {
    program: {
      image: more.image ?? images.plain,
      entrypoint: ['node', '-e', serve],
      env: { NAME: name, ...more.env },
      network: { endpoints: [{ name: 'http', port: 8080 }] },
      ...more.program,
    },
    ...(more.slots ? { slots: more.slots } : {}),
    ...http,
    ...more.manifest,
  },
});
const job = (script: string, more: Omit<More, 'restart'> = {}): Part => ({
  restart: 'never',
  manifest: {
    program: {
      image: more.image ?? images.plain,
      entrypoint: ['/bin/sh', '-c', script],
      ...more.program,
      ...(more.env ? { env: more.env } : {}),
    },
    ...more.manifest,
  },
});
const up = { slots: { up: { kind: 'http' } }, env: { UP: '${slots.up.url}' } };
const bind = (to: string, from: string): object => ({ to: `#${to}`, from: `#${from}` });
/** A program of this machine that asks what it is bound to. */
const asker = (name: string): Part =>
  python(
    `
import http.server, os, urllib.request
class H(http.server.BaseHTTPRequestHandler):
    def log_message(self, *a): pass
    def do_GET(self):
        body = ('${name}' + self.path).encode() if not self.path.startswith('/up?') else urllib.request.urlopen(os.environ['UP'] + '/' + self.path[4:]).read()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
    { port: 8080, ...up },
  );
/** The same with nothing that it is bound to. */
const plain = (name: string): Part => {
  const part = asker(name).manifest as { readonly program: { readonly env: object } };
  return { manifest: { ...part, slots: {}, program: { ...part.program, env: { PORT: '8080' } } } };
};
const over = (url: string | undefined, path: string): Promise<string> => textOf(`${url}${path}`);
const settings = (files: Readonly<Record<string, string>>, of: object): Readonly<Record<string, string>> => {
  const known = JSON.parse(files['headgate.yaml'] ?? '{}') as { readonly components?: object };
  return {
    ...files,
    'headgate.yaml': JSON.stringify({
      version: 1,
      ...known,
      ...of,
      components: { ...known.components, ...(of as { components?: object }).components },
    }),
  };
};

type Place = readonly [string, number];

/** From the container of a component: `open`, or what the kernel says. */
function reached(run: string, moniker: string, places: readonly Place[]): readonly string[] {
  const code = `
const one = ([host, port]) => new Promise((done) => {
  const socket = require('net').connect({ host, port, autoSelectFamily: false });
  setTimeout(() => { socket.destroy(); done('silent'); }, 3000);
  socket.on('connect', () => { socket.destroy(); done('open'); });
  socket.on('error', (error) => done(error.code));
});
Promise.all(${JSON.stringify(places)}.map(one)).then((all) => { console.log(JSON.stringify(all)); process.exit(); });`;
  return JSON.parse(command('docker', 'exec', containerOf(run, moniker).Id, 'node', '-e', code)) as readonly string[];
}

describe('images beside programs', () => {
  it('are bound to each other in both directions, and to themselves', async () => {
    const parts = { front: asker('front'), web: boxed('web', up), back: plain('back'), far: boxed('far', up) };
    const bindings = [bind('front.up', 'web.http'), bind('web.up', 'back.http'), bind('far.up', 'web.http')];
    const run = await start(lay(scenarioOf(parts, { bindings, ...exported('front', 'web', 'far') })), options());
    expect(await over(run.exports['front'], '/up?hello')).toBe('web/hello');
    expect(await over(run.exports['web'], '/up?hello')).toBe('back/hello');
    expect(await over(run.exports['far'], '/up?up?twice')).toBe('back/twice');
    expect(containersOf(run.id)).toHaveLength(4);
    const end = await run.stop();
    expect(end.status).toBe(5);
    expect(containersOf(run.id)).toEqual([]);
  });

  it('carry bytes of any protocol, and several providers of one slot', async () => {
    const echo = "require('net').createServer({ allowHalfOpen: true }, (s) => s.pipe(s)).listen(7000)";
    const tcp = (code: string, more: object): Part => ({
      manifest: {
        program: {
          image: images.plain,
          entrypoint: ['node', '-e', code],
          network: { endpoints: [{ name: 'raw', port: 7000, protocol: 'tcp' }] },
        },
        ...more,
      },
    });
    const parts = {
      echo: tcp(echo, { provides: { raw: { kind: 'component', endpoint: 'raw' } }, exports: { raw: 'provides.raw' } }),
      one: boxed('one'),
      two: plain('two'),
      hub: boxed('hub', {
        slots: { peers: { kind: 'http', multiple: true } },
        program: { entrypoint: ['node', '-e', serve, { each: 'slots.peers', arg: '${item.url}' }] },
      }),
    };
    const bindings = [bind('hub.peers', 'one.http'), bind('hub.peers', 'two.http')];
    delete (parts as Record<string, Part>)['echo'];
    const run = await start(lay(scenarioOf(parts, { bindings, ...exported('hub') })), options());
    const argv = inside(run.id, '/hub', 'cat /proc/*/cmdline').said;
    const urls = [...new Set(argv.match(/http:\/\/127\.0\.0\.1:\d+/g))];
    expect(urls).toHaveLength(2);
    const said = await Promise.all(urls.map((url) => over(run.exports['hub'], `/ask?${url}/x`)));
    expect(said.sort()).toEqual(['one/x', 'two/x']);
  });

  it('reach nothing but their edges, in either direction, and what is tried from inside is the plan', async () => {
    const parts = { a: boxed('a', up), b: boxed('b', up), c: plain('c'), x: boxed('x') };
    const bindings = [bind('a.up', 'b.http'), bind('b.up', 'c.http')];
    const scenario = lay(scenarioOf(parts, { bindings, ...exported('a', 'b', 'x') }));
    const state = options({ args: ['--prove-enforcement'] });
    const run = await start(scenario, state);
    expect(await over(run.exports['a'], '/up?up?deep')).toBe('c/deep');
    const addresses = Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal)
      .map(({ address }) => address);
    const exports = Object.values(run.exports).map((url) => new URL(url).port);
    const elsewhere: readonly Place[] = [
      ...['a', 'b', 'c', 'x'].map((name): Place => [name, 8080]),
      ['192.0.2.1', 80],
      ...[...addresses, '172.17.0.1', '127.0.0.1', '169.254.169.254', '::1'].map((host): Place => [host, machinePort]),
      ...exports.flatMap((port) => ['127.0.0.1', ...addresses].map((host): Place => [host, Number(port)])),
      // What nobody is bound to, also where others find something.
      ['127.0.0.1', 20_001],
      ['::1', 20_001],
    ];
    for (const moniker of ['/a', '/b', '/x']) {
      const found = reached(run.id, moniker, elsewhere);
      expect(found).toHaveLength(elsewhere.length);
      expect(found.filter((one) => one === 'open')).toEqual([]);
    }
    // The same way of trying finds what is there: its edge and its own ports, one that no provide names among them.
    expect(
      reached(run.id, '/a', [
        ['127.0.0.1', 20_000],
        ['127.0.0.1', 8080],
        ['127.0.0.1', 9090],
      ]),
    ).toEqual(['open', 'open', 'open']);
    expect(reached(run.id, '/x', [['127.0.0.1', 20_000]])).toEqual(['ECONNREFUSED']);
    const served = inside(run.id, '/a', 'wget -q -O - http://127.0.0.1:20000/').said;
    expect(served).toBe('b/');
    for (const moniker of ['/a', '/b', '/x']) {
      expect(inside(run.id, moniker, 'ip -o link').said.trim().split('\n')).toHaveLength(1);
      expect(inside(run.id, moniker, 'ls /headgate /var/run/docker.sock').status).not.toBe(0);
    }
    const entry = journalLines(state.stateDir, run.id).find(
      ({ actionId, type }) => actionId?.startsWith('enforcement.prove') && type === 'outcome',
    );
    expect(entry?.data['state']).toBe('succeeded');
    const matrix = matrixOf(state.stateDir);
    expect(matrix.untried).toEqual([]);
    expect([...new Set(matrix.rows.map(({ from }) => from))].sort()).toEqual(['/a', '/b', '/c', '/x']);
    const rows = matrix.rows.filter(({ from }) => from === '/a');
    expect(new Set(rows.map(({ what }) => what))).toEqual(
      new Set(['edge', 'provide', 'export', 'loopback', 'address', 'socket', 'outside']),
    );
    expect(rows.filter(({ what }) => what === 'edge')).toEqual([
      { from: '/a', what: 'edge', target: '/a.up#0', found: 'open' },
    ]);
    expect(rows.filter(({ what, found }) => what !== 'edge' && !/^(own|refused .*)$/.test(found))).toEqual([]);
  });

  it('are held to what a sandbox is held to', async () => {
    const part = boxed('a', {
      program: { mounts: [{ path: '/data', from: 'resources.data' }] },
      manifest: { resources: { data: { kind: 'storage' } } },
    });
    const files = settings(scenarioOf({ a: part }, exported('a')), {
      components: { '/a': { limits: { memoryMiB: 128, processes: 40 } } },
    });
    const given = options();
    const run = await start(lay(files), given);
    const status = inside(run.id, '/a', 'cat /proc/1/status').said;
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'])
      expect(status).toMatch(new RegExp(`${set}:\\s+0+\\n`));
    expect(status).toMatch(/NoNewPrivs:\s+1/);
    expect(status).toMatch(/Seccomp:\s+2/);
    for (const place of ['/x', '/etc/x', '/usr/bin/x', '/proc/sys/kernel/core_pattern'])
      expect(inside(run.id, '/a', `echo x > ${place}`).said).toMatch(/Read-only|denied|ermission/);
    for (const place of ['/tmp/x', '/run/x', '/var/tmp/x', '/data/x', '/dev/shm/x'])
      expect(inside(run.id, '/a', `touch ${place}`).said).toBe('');
    const { HostConfig, Mounts, NetworkSettings } = containerOf(run.id, '/a');
    expect(HostConfig).toMatchObject({
      Privileged: false,
      Memory: 128 * 2 ** 20,
      MemorySwap: 128 * 2 ** 20,
      PidsLimit: 40,
      Binds: null,
    });
    expect(NetworkSettings.Networks).toEqual({});
    expect(Mounts.map(({ Destination, RW }) => [Destination, RW])).toEqual([['/data', true]]);
    expect(Mounts[0]?.Source.startsWith(given.stateDir)).toBe(true);
    expect(await over(run.exports['a'], '/env?FROM_IMAGE')).toBe('yes');
  });

  it('run as the user that the image names, who writes to storage that survives', async () => {
    const part = boxed('a', {
      image: images.named,
      program: {
        mounts: [
          { path: '/data', from: 'resources.data' },
          { path: '/etc/app/name', from: 'config.name' },
        ],
      },
      manifest: {
        resources: { data: { kind: 'storage' } },
        config_schema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      },
    });
    const files = scenarioOf(
      { a: part },
      { ...exported('a'), components: { a: { manifest: './a.json', config: { name: 'mounted' } } } },
    );
    const scenario = lay(files);
    const given = options();
    const first = await start(scenario, given);
    expect(inside(first.id, '/a', 'id -u').said).toBe('1234\n');
    expect(await over(first.exports['a'], '/cat?/etc/app/name')).toBe('mounted');
    expect(await over(first.exports['a'], '/write?/data/n')).toBe('x');
    await first.stop();
    const second = await start(scenario, given);
    expect(await over(second.exports['a'], '/write?/data/n')).toBe('xx');
  });
});

describe('secrets', () => {
  const canary = 'canary-7f31$"\'x';
  it('reach the program, and stand in nothing that the engine writes down, in no log and in no file of the run', async () => {
    const part = boxed('a', {
      env: { TOKEN: 'Bearer ${config.token}', PLAIN: '${config.plain}' },
      program: { mounts: [{ path: '/etc/token', from: 'config.token' }] },
      manifest: {
        config_schema: {
          type: 'object',
          properties: { token: { type: 'string', secret: true }, plain: { type: 'string' } },
          required: ['token', 'plain'],
        },
      },
    });
    const root = {
      ...exported('a'),
      components: { a: { manifest: './a.json', config: { token: '${config.token}', plain: 'as it is' } } },
      config_schema: { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] },
    };
    const given = options({ env: { HEADGATE_CONFIG_TOKEN: canary } });
    const run = await start(lay(scenarioOf({ a: part }, root)), given);
    expect(await over(run.exports['a'], '/env?TOKEN')).toBe(`Bearer ${canary}`);
    expect(await over(run.exports['a'], '/cat?/etc/token')).toBe(canary);
    expect(await over(run.exports['a'], '/env?PLAIN')).toBe('as it is');
    await over(run.exports['a'], `/say?${encodeURIComponent(`it is ${canary}`)}`);
    await until(
      () => run.output().stderr,
      (text) => text.includes('it is'),
    );
    expect(JSON.stringify(containerOf(run.id, '/a'))).not.toContain('canary-7f31');
    expect(run.output().stderr).not.toContain('canary-7f31');
    const grep = spawnSync('grep', ['-rlF', 'canary-7f31', given.stateDir], { encoding: 'utf8' });
    expect(grep.stdout).toBe('');
    expect(spawnSync('docker', ['logs', containerOf(run.id, '/a').Id], { encoding: 'utf8' }).stdout).toBe('');
  });
});

describe('how they end', () => {
  it('a task ends with its status, and a service is started again as it says', async () => {
    const parts = { good: job('echo done; exit 0'), web: boxed('web', { restart: 'always' }) };
    const run = await start(lay(scenarioOf(parts, exported('web'))), options());
    await until(
      () => run.output().stderr,
      (text) => /\/good \| done/.test(text),
    );
    const before = containerOf(run.id, '/web').Id;
    await over(run.exports['web'], '/exit?7');
    await until(
      () => containersOf(run.id),
      (ids) => ids.length === 2 && !ids.includes(before),
    );
    await until(
      () => over(run.exports['web'], '/again'),
      (text) => text === 'web/again',
    );
    expect(run.output().stderr).toMatch(/it ended with status 7/);
  });

  it.each([
    ['exit 3', 4, /3/],
    ['kill -9 $$', 4, /SIGKILL/],
    ['exec dd if=/dev/zero of=/dev/null bs=400M count=9', 4, /it took \d+ MiB of memory, and 64 MiB are allowed/],
    ['exec /nowhere', 4, /127/],
  ])('`%s` ends the run with status %i', (script, status, words) => {
    const files = settings(scenarioOf({ a: job(script) }), {
      components: { '/a': { restart: 'never', limits: { memoryMiB: 64 } } },
    });
    const end = headgate(['run', lay(files)], options());
    expect(end.stderr).toMatch(words);
    expect(end.status).toBe(status);
  });

  it('a program that the image does not have is named', () => {
    const end = headgate(
      ['run', lay(scenarioOf({ a: job('x', { program: { entrypoint: ['/no/such/program'] } }) }))],
      options(),
    );
    expect(end.status).toBe(4);
    expect(end.stderr).toContain('`/no/such/program` does not exist in the image');
  });

  it('a program that does not listen is named with the ports that it opened', () => {
    const part = boxed('a', { program: { entrypoint: ['node', '-e', "require('net').createServer().listen(9999)"] } });
    const files = settings(scenarioOf({ a: part }), { components: { '/a': { readySeconds: 2, restart: 'never' } } });
    const end = headgate(['run', lay(files)], options());
    expect(end.status).toBe(4);
    expect(end.stderr).toMatch(/8080.*9999/);
  });
});

describe('what is missing is told before anything starts', () => {
  it('an image: by its name and with what fetches it', () => {
    const parts = { a: job('true', { image: 'registry.invalid/none:1' }), b: job('echo never') };
    const end = headgate(['run', lay(scenarioOf(parts))], options());
    expect(end.status).toBe(3);
    expect(end.stderr).toContain('blocked[image_missing]: /a');
    expect(end.stderr).toContain('docker pull registry.invalid/none:1');
    expect(end.stderr).not.toContain('never');
  });

  it.each([
    ['tcp://127.0.0.1:2375', /only an engine of this machine/],
    ['unix:///nowhere/docker.sock', /there is no such socket/],
  ])('an engine: DOCKER_HOST %s', (host, words) => {
    const end = headgate(['run', lay(scenarioOf({ a: job('true') }))], options({ env: { DOCKER_HOST: host } }));
    expect(end.status).toBe(3);
    expect(end.stderr).toContain('blocked[docker_unavailable]: run');
    expect(end.stderr).toMatch(words);
  });
});

describe('a headgate that is killed', () => {
  it('leaves nothing, once its run went on: neither in the middle of a task nor of a start', async () => {
    for (const ms of [300, 600, 900, 1200, 1600, 2000, 2600]) {
      const files = scenarioOf({
        work: job('echo x >> /data/n; sleep 1; echo over', {
          program: { mounts: [{ path: '/data', from: 'resources.data' }] },
          manifest: { resources: { data: { kind: 'storage' } } },
        }),
        web: boxed('web', { restart: 'always' }),
      });
      const scenario = lay(settings(files, JSON.parse('{"completion":{"requires":[],"then":"stop"}}') as object));
      const given = options();
      const { child, ended } = launch(['run', scenario], given);
      await sleep(ms);
      child.kill('SIGKILL');
      await ended;
      const [id] = runFolders(given.stateDir);
      if (id === undefined) continue;
      const resumed = headgate(['resume', id], given);
      // A task of which nobody knows how far it came is not done twice unasked.
      expect([0, 3], `${ms}: ${resumed.stderr}`).toContain(resumed.status);
      if (resumed.status === 3) expect(resumed.stderr).toContain('outcome_unknown');
      expect([ms, containersOf(id)]).toEqual([ms, []]);
    }
  });

  it('and is not gone on with, leaves nothing to whoever runs something later', async () => {
    const given = options();
    const run = await start(lay(scenarioOf({ web: boxed('web') }, exported('web'))), given);
    run.child.kill('SIGKILL');
    await run.ended;
    expect(containersOf(run.id)).toHaveLength(2);
    expect(headgate(['run', lay(scenarioOf({ other: job('true') }))], options()).status).toBe(0);
    expect(containersOf(run.id)).toEqual([]);
  });

  it('knows how a task ended meanwhile', async () => {
    const given = options();
    const { child, ended } = launch(
      ['run', lay(scenarioOf({ work: job('echo begins; sleep 2; exit 0'), web: boxed('web') }))],
      given,
    );
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    await until(
      () => stderr,
      (text) => text.includes('begins'),
    );
    child.kill('SIGKILL');
    await ended;
    await sleep(2_500);
    const [id = ''] = runFolders(given.stateDir);
    const resumed = launch(['resume', id], given);
    const { stop } = await resumed.ready;
    await stop();
    const done = journalLines(given.stateDir, id).filter(({ actionId }) => actionId === 'task.run:/work');
    expect(done.filter(({ type }) => type === 'intent')).toHaveLength(1);
  });
});

describe('an engine that goes away', () => {
  it('leaves a task unknown, and never a run COMPLETE', async () => {
    const path = join(folder, 'engine.sock');
    const open = new Set<net.Socket>();
    const relay = net.createServer((client) => {
      const far = net.connect('/var/run/docker.sock');
      for (const socket of [client, far]) {
        open.add(socket);
        socket.on('error', () => {}).on('close', () => open.delete(socket));
      }
      client.pipe(far).pipe(client);
    });
    await new Promise<void>((done) => relay.listen(path, done));
    const given = options({ env: { DOCKER_HOST: `unix://${path}` } });
    const { child, ended } = launch(['run', lay(scenarioOf({ work: job('echo begins; sleep 600') }))], given);
    let stderr = '';
    child.stderr?.on('data', (text) => {
      stderr += text;
    });
    await until(
      () => stderr,
      (text) => text.includes('begins'),
    );
    relay.close();
    for (const socket of open) socket.destroy();
    const end = await ended;
    expect(end.status).not.toBe(0);
    expect(end.stdout).not.toContain('COMPLETE');
    const [id = ''] = runFolders(given.stateDir);
    const outcome = journalLines(given.stateDir, id).findLast(
      ({ actionId, type }) => actionId === 'task.run:/work' && type === 'outcome',
    );
    expect(outcome?.data['state']).toBe('unknown');
    const resumed = headgate(['resume', id], { ...given, env: {} });
    expect(resumed.status).toBe(3);
    expect(resumed.stderr).toContain('outcome_unknown');
    expect(containersOf(id)).toEqual([]);
  });
});

describe('two runs at a time', () => {
  it('know nothing of each other', async () => {
    const scenario = lay(
      scenarioOf({ a: boxed('a', up), b: boxed('b') }, { bindings: [bind('a.up', 'b.http')], ...exported('a') }),
    );
    const [one, two] = await Promise.all([start(scenario, options()), start(scenario, options())]);
    expect(await over(one?.exports['a'], '/up?1')).toBe('b/1');
    await one?.stop();
    expect(containersOf(one?.id ?? '')).toEqual([]);
    expect(await over(two?.exports['a'], '/up?2')).toBe('b/2');
  });
});

describe('programs of this machine in images', () => {
  it('run where the settings say so: interposers of ready-made policies, between an image and a program', async () => {
    const manifest = './node_modules/headgate/manifests/bearer-auth/manifest.yaml';
    const secret = { type: 'string', secret: true };
    const files = scenarioOf(
      { api: boxed('api'), web: asker('web') },
      {
        ...exported('web', 'api'),
        bindings: [bind('web.up', 'api.http')],
        config_schema: { type: 'object', properties: { token: secret }, required: ['token'] },
        use: { gate: { manifest, config: { token: '$${config.token}' } } },
        policies: ['#gate.apply'],
      },
    );
    const scenario = lay(files);
    const installed = join(dirname(scenario), 'node_modules/headgate/manifests');
    mkdirSync(installed, { recursive: true });
    cpSync('manifests', installed, { recursive: true });
    const given = options({ env: { HEADGATE_CONFIG_TOKEN: 'tok-1' } });
    const before = await start(scenario, given);
    expect(await over(before.exports['web'], '/up?x')).toContain('bearer token is needed');
    await before.stop();
    const inImages = { image: images.plain, environment: 'docker' };
    const moved = lay({
      ...settings(files, { components: { '/__overlay_0_0': inImages, '/web': { environment: 'local' } } }),
    });
    cpSync(join(dirname(scenario), 'node_modules'), join(dirname(moved), 'node_modules'), { recursive: true });
    const after = await start(moved, given);
    expect(await over(after.exports['web'], '/up?x')).toContain('bearer token is needed');
    expect(containersOf(after.id)).toHaveLength(4);
    expect(inside(after.id, '/__overlay_0_0', 'id -u').status).toBe(0);
    expect(JSON.stringify(containerOf(after.id, '/__overlay_0_0'))).not.toContain('tok-1');
  });
});

describe('the record of a run', () => {
  it('names the image that was executed, and is verified without an engine', async () => {
    const given = options();
    const end = headgate(['run', lay(scenarioOf({ a: job('echo hello') }))], given);
    expect(end.status, end.stderr).toBe(0);
    const [id = ''] = runFolders(given.stateDir);
    const digest = spawnSync('docker', ['image', 'inspect', '-f', '{{.Id}}', images.plain], {
      encoding: 'utf8',
    }).stdout.trim();
    const verified = headgate(['verify-run', join(given.stateDir, 'runs', id), '--format', 'json'], given);
    expect(verified.status, verified.stdout + verified.stderr).toBe(0);
    const statement = filesBelow(join(given.stateDir, 'runs', id)).map((path) => readFileSync(path, 'latin1'));
    expect(statement.some((text) => text.includes(digest))).toBe(true);
    const grants = journalLines(given.stateDir, id).filter(({ actionId }) => actionId?.startsWith('grant.apply'));
    expect(JSON.stringify(grants)).toContain(`{"image":"${images.plain}","kind":"container"}`);
  });
});

const filesBelow = (at: string): readonly string[] =>
  readdirSync(at).flatMap((name) => {
    const path = join(at, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });

interface Matrix {
  readonly rows: readonly {
    readonly from: string;
    readonly what: string;
    readonly target: string;
    readonly found: string;
  }[];
  readonly untried: readonly string[];
}

function matrixOf(stateDir: string): Matrix {
  for (const path of filesBelow(stateDir)) {
    const text = readFileSync(path, 'utf8');
    if (text.startsWith('{"rows":')) return JSON.parse(text) as Matrix;
  }
  throw new Error('nothing was proved');
}
