#!/usr/bin/env node
/**
 * Edges between real sandboxes on this machine: `node bench/edges.mjs [COMPONENTS]`. What an edge adds is the difference to the same
 * client and server in one sandbox. With a number, so many sandboxes are started and stopped as well. Figures, never a verdict.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { row } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const server = `
import socket, threading
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1); s.bind(('127.0.0.1', 8080)); s.listen(1024); block = bytes(1 << 20)
def work(c):
    c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1); word = c.recv(1)
    if word == b'E':
        while d := c.recv(65536): c.sendall(d)
    elif word == b'S':
        n = int(c.recv(32))
        while n > 0: c.sendall(block); n -= len(block)
    else:
        b = bytearray(1 << 20); n = 0
        while k := c.recv_into(b): n += k
        c.sendall(str(n).encode())
    c.close()
def serve():
    while True:
        c, _ = s.accept(); threading.Thread(target=work, args=(c,), daemon=True).start()
`;
const client = `
import json, socket, statistics, sys, time
port, mib = int(sys.argv[1]), int(sys.argv[2])
def dial():
    c = socket.create_connection(('127.0.0.1', port)); c.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1); return c
def median(times): return statistics.median(times[len(times) // 5:]) * 1e3
c = dial(); c.sendall(b'E'); times = []
for i in range(3000):
    t = time.perf_counter(); c.sendall(b'x' * 200); c.recv(65536); times.append(time.perf_counter() - t)
c.close(); kept = median(times); times = []
for i in range(800):
    t = time.perf_counter(); c = dial(); c.sendall(b'Ex'); c.recv(10); times.append(time.perf_counter() - t); c.close()
fresh = median(times)
c = dial(); c.sendall(b'S%d' % (mib << 20)); b = bytearray(1 << 20); t = time.perf_counter(); n = 0
while k := c.recv_into(b): n += k
down = n / (1 << 20) / (time.perf_counter() - t); assert n == mib << 20
c = dial(); c.sendall(b'R'); block = bytes(1 << 20); t = time.perf_counter()
for i in range(mib): c.sendall(block)
c.shutdown(socket.SHUT_WR); out = b''
while d := c.recv(100): out += d
up = mib / (time.perf_counter() - t); assert int(out) == mib << 20
print(json.dumps({'kept': kept, 'fresh': fresh, 'down': down, 'up': up}), flush=True)
`;

async function load(folder) {
  const outfile = join(folder, 'sandbox.mjs');
  const names = ['bubblewrap', 'edge-socket', 'limits', 'sandbox', 'workplace'];
  const contents = names.map((name) => `export * from './src/adapters/sandbox/${name}.ts';`).join('\n');
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ stdin, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  return import(pathToFileURL(outfile).href);
}

const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const parts = await load(folder);
const bubblewrap = await parts.findBubblewrap();
if ('message' in bubblewrap) throw new Error(bubblewrap.message);
const workplace = parts.openWorkplace();
const limits = { ...parts.standardLimits, cpuSeconds: null, fileBytes: null, watchMs: 200 };
const started = [];

function start(argv, more = {}) {
  let text = '';
  const empty = { env: {}, cwd: null, files: [], provides: [], slots: [] };
  const onStdout = (chunk) => {
    text += chunk;
  };
  const sandbox = parts.startSandbox({ workplace, bubblewrap, limits, argv, onStdout, ...empty, ...more });
  started.push(sandbox);
  return { ...sandbox, text: () => text };
}

async function measured(component) {
  const end = await component.ended;
  if (end.code !== 0) throw new Error(`${JSON.stringify(end)} ${component.stderrTail()}`);
  return JSON.parse(component.text());
}

/** Of every process below `pid`, in MiB: name, resident bytes, and its share of what several use. */
function memory(pid) {
  const children = new Map();
  for (const name of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const stat = existsSync(`/proc/${name}/stat`) ? readFileSync(`/proc/${name}/stat`, 'latin1') : '';
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [pid];
  for (const one of found) found.push(...(children.get(one) ?? []));
  return found.map((one) => {
    const value = (file, key) =>
      Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(readFileSync(`/proc/${one}/${file}`, 'latin1'))?.[1] ?? 0) /
      1024;
    return {
      name: readFileSync(`/proc/${one}/comm`, 'latin1').trim(),
      rss: value('status', 'VmRSS'),
      pss: value('smaps_rollup', 'Pss'),
    };
  });
}

try {
  const edge = parts.createEdgeSocket(workplace.path, 'edge');
  const provider = start(['python3', '-c', `${server}\nserve()`], {
    provides: [{ socket: edge, port: 8080 }],
    readyPorts: [8080],
  });
  await provider.ready;
  const idle = memory(provider.pid).filter(({ name }) => !name.startsWith('python'));
  const direct = await measured(
    start([
      'python3',
      '-c',
      `${server}\nthreading.Thread(target=serve, daemon=True).start()\n${client}`,
      '8080',
      '512',
    ]),
  );
  const over = await measured(
    start(['python3', '-c', client, '20000', '512'], { slots: [{ name: 'up', port: 20_000, socket: edge }] }),
  );
  const ms = (value) => `${value.toFixed(3)} ms`;
  row('edge adds, kept connection, p50', ms(over.kept - direct.kept), '0.5 ms');
  row('edge adds, new connection, p50', ms(over.fresh - direct.fresh), '1 ms');
  row('edge carries, provider to consumer', `${over.down.toFixed(0)} MiB/s`, '250 MB/s');
  row('edge carries, consumer to provider', `${over.up.toFixed(0)} MiB/s`, '250 MB/s');
  row('no edge at all', `${direct.down.toFixed(0)} MiB/s`);
  const sum = (list, key) => list.reduce((all, one) => all + one[key], 0);
  const busy = memory(provider.pid).filter(({ name }) => !name.startsWith('python'));
  for (const [when, list] of [
    ['idle', idle],
    ['after 1 GiB', busy],
  ])
    row(`sandbox without its program, ${when}`, `${sum(list, 'rss').toFixed(1)} MiB RSS`, '60 MiB');
  row('  its share of what several use', `${sum(busy, 'pss').toFixed(1)} MiB PSS`);
  const count = Number(process.argv[2] ?? 0);
  if (count > 0) {
    let from = performance.now();
    const all = Array.from({ length: count }, () => start(['sleep', '1000']));
    await Promise.all(all.map(({ ready }) => ready));
    row(`${count} components up`, `${((performance.now() - from) / 1000).toFixed(1)} s`, count === 200 ? '30 s' : '');
    row(
      '  their share of what several use, each',
      `${(
        sum(
          all.flatMap(({ pid }) => memory(pid)),
          'pss',
        ) / count
      ).toFixed(1)} MiB PSS`,
    );
    from = performance.now();
    await Promise.all(all.map(({ terminate }) => terminate(2_000)));
    row(
      `${count} components stopped`,
      `${((performance.now() - from) / 1000).toFixed(1)} s`,
      count === 200 ? '3 s' : '',
    );
  }
} finally {
  await Promise.all(started.map(({ stop }) => stop()));
  workplace.remove();
  rmSync(folder, { recursive: true, force: true });
}
