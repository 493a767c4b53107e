/**
 * Images beside programs in one run, in a real engine: bound ways lead both ways between them, from the place of a container nothing else is
 * reached, and nothing of a run is left, however it ended.
 */
import { execFile as execFileOf, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type * as net from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headgate, type RunOptions, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, useRuns } from '../support/run/use-runs.ts';
import { command, containerOf, containersOf, inside, makeImages, type TestImages } from './images.ts';
import { asker, bind, containersBelow, over, partsOf, plain, serve, settings, up } from './parts.ts';

/** Once its runs have ended, which what is said later does first. */
afterEach(() => expect(containersBelow(folder)).toEqual([]));
const { lay, options: plainOptions, start, folder } = useRuns();
const options = (more: Partial<RunOptions> = {}): RunOptions =>
  plainOptions({ ...more, env: { HEADGATE_TEST: '1', ...more.env } });
let images: TestImages;
let machine: Server;
let machinePort = 0;
const execFile = promisify(execFileOf);

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
const { boxed, job } = partsOf(() => images);

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
    const parts = {
      raw: python(
        "import socketserver\nclass H(socketserver.BaseRequestHandler):\n  def handle(self):\n    while True:\n      got = self.request.recv(65536)\n      if not got: break\n      self.request.sendall(got)\nsocketserver.ThreadingTCPServer(('127.0.0.1', 7000), H).serve_forever()",
        {
          program: { network: { endpoints: [{ name: 'raw', port: 7000, protocol: 'tcp' }] } },
          manifest: { provides: { raw: { kind: 'http', endpoint: 'raw' } }, exports: { raw: 'provides.raw' } },
        },
      ),
      wire: boxed('wire', { slots: { raw: { kind: 'http' } }, env: { RAW: '${slots.raw.url}' } }),
      one: boxed('one'),
      two: plain('two'),
      hub: boxed('hub', {
        slots: { peers: { kind: 'http', multiple: true } },
        program: { entrypoint: ['node', '-e', serve, { each: 'slots.peers', arg: '${item.url}' }] },
      }),
    };
    const bindings = [bind('hub.peers', 'one.http'), bind('hub.peers', 'two.http'), bind('wire.raw', 'raw.raw')];
    const run = await start(lay(scenarioOf(parts, { bindings, ...exported('hub') })), options());
    const sent = `const s = require('net').connect(Number(new URL(process.env.RAW).port), '127.0.0.1'); let n = 0; s.on('data', (b) => (n += b.length)).on('end', () => console.log(new URL(process.env.RAW).protocol, n)); s.end(Buffer.alloc(3e6))`;
    expect(command('docker', 'exec', containerOf(run.id, '/wire').Id, 'node', '-e', sent)).toBe('tcp: 3000000\n');
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

  it('have the ways out and the way to their own run that were granted, and no other', async () => {
    const part = boxed('a', { env: { CONTROL: 'x' } });
    const files = settings(scenarioOf({ a: part, b: boxed('b') }, exported('a', 'b')), {
      components: { '/a': { egress: [`127.0.0.1:${machinePort}`], control: true } },
    });
    const run = await start(lay(files), options({ args: ['--trust-settings'] }));
    const proxy = new URL(await over(run.exports['a'], '/env?HTTP_PROXY'));
    const asked = (host: string): string =>
      `const r = require('http').request({ host: '127.0.0.1', port: ${proxy.port}, path: 'http://${host}/', headers: { host: '${host}' } }, (a) => { console.log(a.statusCode); process.exit(); }); r.end()`;
    // What is asked for is served by this process, which must not wait for the answer.
    const from = async (moniker: string, code: string): Promise<string> =>
      (await execFile('docker', ['exec', containerOf(run.id, moniker).Id, 'node', '-e', code])).stdout.trim();
    expect(await from('/a', asked(`127.0.0.1:${machinePort}`))).toBe('200');
    expect(await from('/a', asked('127.0.0.1:1'))).toBe('403');
    expect(await over(run.exports['b'], '/env?HTTP_PROXY')).toBe('undefined');
    const control = await over(run.exports['a'], '/env?HEADGATE_CONTROL_URL');
    expect(await over(run.exports['a'], `/ask?${control}/v1/interactions`)).toContain('[');
    expect(await over(run.exports['b'], '/env?HEADGATE_CONTROL_URL')).toBe('undefined');
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
