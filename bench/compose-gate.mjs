#!/usr/bin/env node
/**
 * What the gate of Compose adds to an edge: a client that talks to its server at once, and through HAProxy with the very file that is written for
 * one edge, in turn. Its network lies on the loopback here, which is no part of the file. `npm run bench compose-gate`. Figures, never a verdict.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const haproxy = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy', '/usr/bin/haproxy'].find((file) => existsSync(file));
/** Two numbers of an address, as `.env` may say them: all of it is this machine. */
const subnet = '127.213';
const goal = 0.3;

const server = `
import socket, sys, threading
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind((sys.argv[1], int(sys.argv[2]))); s.listen(1024)
def work(c):
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    while d := c.recv(65536): c.sendall(d)
    c.close()
while True:
    c, _ = s.accept(); threading.Thread(target=work, args=(c,), daemon=True).start()
`;
const client = `
import json, socket, sys, time
kept, fresh = int(sys.argv[1]), int(sys.argv[2]); places = [(a, int(p)) for a, p in (one.rsplit(':', 1) for one in sys.argv[3:])]
def dial(place):
    c = socket.create_connection(place); c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1); return c
def ask(c):
    c.sendall(b'x' * 200); n = 0
    while n < 200: n += len(c.recv(65536))
def figures(times):
    seen = [sorted(one[len(one) // 10:]) for one in times]
    at = lambda one, share: one[min(len(one) - 1, int(len(one) * share))] * 1e3
    return [{'p50': at(one, 0.5), 'p99': at(one, 0.99)} for one in seen]
lines = [dial(one) for one in places]; times = [[] for _ in places]
for i in range(kept):
    for c, of in zip(lines, times):
        t = time.perf_counter(); ask(c); of.append(time.perf_counter() - t)
held = figures(times); times = [[] for _ in places]
for i in range(fresh):
    for place, of in zip(places, times):
        t = time.perf_counter(); c = dial(place); ask(c); of.append(time.perf_counter() - t); c.close()
print(json.dumps({'kept': held, 'fresh': figures(times)}))
`;

/** The configuration of a gate between two components. */
async function gateFile() {
  const outfile = join(folder, 'emit.mjs');
  const from = (path, names) => `export { ${names} } from ${JSON.stringify(join(root, path))};`;
  const contents = from('src/phases/7-emit/emitters.ts', 'emitPlan');
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
  const { emitPlan } = await import(pathToFileURL(outfile).href);
  const digest = `sha256:${'A'.repeat(43)}=`;
  const origin = { kind: 'manifest', source: 'scenario', pointer: '' };
  const component = (moniker, network, provides) => ({
    moniker,
    digest,
    origin,
    program: { image: 'acme/one:1', entrypoint: ['/run'], env: {}, network },
    config: { object: {} },
    provides,
    ...{ slots: {}, resources: {}, childTemplates: {}, metadata: null, configSchema: null, manifest: 'one' },
  });
  const components = [
    component('/asks', { endpoints: [] }, {}),
    component(
      '/has',
      { endpoints: [{ name: 'api', port: 8080, protocol: 'http' }] },
      { out: { kind: 'http', profile: null, endpoint: 'api' } },
    ),
  ];
  const edge = {
    id: '/asks.data',
    hop: null,
    from: { kind: 'component', component: '/has', provide: 'out' },
    to: { component: '/asks', slot: 'data' },
    capability: { kind: 'http', profile: null },
    protocol: 'http',
    weak: false,
    origin,
  };
  const rest = { sources: [], exports: [], externals: [], storage: [], policies: [], edges: [edge] };
  const scenario = { root: 'scenario', digest, languageVersions: ['0.4.0'] };
  const config = { schema: null, leaves: [] };
  const plan = { schema: 'headgate.plan', version: 1, planDigest: digest, scenario, components, config, ...rest };
  return emitPlan('compose', { plan }, () => {}).get('gate/haproxy.cfg');
}

async function listening(place) {
  const [host, port] = place.split(':');
  for (let tries = 0; tries < 300; tries++) {
    const found = await new Promise((resolve) => {
      const socket = connect(Number(port), host, () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (found) return;
    await sleep(100);
  }
  throw new Error(`nobody listens at ${place}`);
}

async function measure() {
  const file = join(folder, 'haproxy.cfg');
  // Files by hand, to see what a setting does.
  const at = process.argv.indexOf('--config');
  const text = at < 0 ? await gateFile() : execFileSync('cat', [process.argv[at + 1]], { encoding: 'utf8' });
  writeFileSync(file, text);
  const placeAfter = (word) =>
    new RegExp(`^  ${word} "\\$\\{HEADGATE_SUBNET\\}([^"]+)"`, 'm').exec(text)?.[1].replace(/^/, subnet);
  const gate = placeAfter('bind');
  const direct = placeAfter('server to');
  const env = { ...process.env, HEADGATE_SUBNET: subnet };
  const started = [
    spawn('python3', ['-c', server, ...direct.split(':')], { stdio: 'ignore' }),
    // As the service of the gate is started.
    spawn(haproxy, ['-W', '-db', '-f', file], { env, stdio: 'ignore' }),
  ];
  try {
    await listening(direct);
    await listening(gate);
    const args = ['-c', client, '4000', '1500', direct, gate];
    const { stdout } = await promisify(execFile)('python3', args);
    for (const [kind, [without, through]] of Object.entries(JSON.parse(stdout)))
      for (const share of ['p50', 'p99']) {
        const value = through[share] - without[share];
        const multiple = (through[share] / without[share]).toFixed(2);
        const note = `${without[share].toFixed(3)} without, ${through[share].toFixed(3)} through, ${multiple} ×`;
        const name = `compose-gate: adds to ${kind === 'kept' ? 'a request' : 'a connection and its request'}, ${share}`;
        report({ name, value, unit: 'ms', note, ...(share === 'p50' ? { goal } : {}) });
      }
  } finally {
    for (const one of started) one.kill('SIGTERM');
  }
}

try {
  if (haproxy === undefined)
    console.log('compose-gate: NOT MEASURED, there is no haproxy here (apt-get install haproxy)');
  else await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
