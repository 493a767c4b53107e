#!/usr/bin/env node
/**
 * Whole runs on this machine, by the built command line: `node bench/runs.mjs [COMPONENTS]`. How long examples/redaction takes until its
 * export answers, and how long so many components take to be up and to be gone. Figures, never a verdict.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { row } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const count = Number(process.argv[2] ?? 200);
const alive = new Set();

/** Resolves when it is ready, with the time that took and the URLs of its exports. */
function start(scenario) {
  const from = performance.now();
  const child = spawn(process.execPath, [cli, 'run', scenario, '--state-dir', join(folder, 'state')]);
  alive.add(child);
  let said = '';
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    told = (told + text).slice(-4000);
  });
  const ended = new Promise((done) => child.on('close', done));
  void ended.then(() => alive.delete(child));
  const ready = new Promise((done, fail) => {
    child.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
      if (!/^ready /m.test(said)) return;
      const exports = Object.fromEntries(
        [...said.matchAll(/^(\S+) (https?:\S+)$/gm)].map(([, name, url]) => [name, url]),
      );
      done({ ms: performance.now() - from, exports });
    });
    void ended.then((code) => fail(new Error(`${scenario} ended with ${code}:\n${told}`)));
  });
  ready.catch(() => {});
  const stop = async () => {
    const asked = performance.now();
    child.kill('SIGINT');
    await ended;
    return performance.now() - asked;
  };
  return { pid: child.pid, from, ready, stop };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values) => `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;

async function redaction() {
  const [answers, stops] = [[], []];
  for (let i = 0; i < 5; i++) {
    const run = start(join(root, 'examples/redaction/scenario.yaml'));
    const { exports } = await run.ready;
    const answer = await fetch(`${exports.status}/status`);
    await answer.text();
    if (i > 0) answers.push(performance.now() - run.from);
    const stopped = await run.stop();
    if (i > 0) stops.push(stopped);
  }
  row('run examples/redaction until it answers', `${median(answers).toFixed(0)} ms (${spread(answers)})`, '1500 ms');
  row('  until it has stopped', `${median(stops).toFixed(0)} ms (${spread(stops)})`);
}

const server = `import socket
s = socket.create_server(('127.0.0.1', 8080))
while True: s.accept()[0].close()
`;

/** One that all others are bound to, and the others, each with a port of its own. */
function writeStar() {
  const json = (name, value) =>
    writeFileSync(join(folder, 'star', name), JSON.stringify({ manifest_version: '0.4.0', ...value }));
  mkdirSync(join(folder, 'star'));
  const program = {
    path: '/usr/bin/env',
    args: ['python3', '-S', '-c', server],
    network: { endpoints: [{ name: 'api', port: 8080 }] },
  };
  const provides = { out: { kind: 'http', endpoint: 'api' } };
  const names = Array.from({ length: count - 1 }, (_, n) => `c${n}`);
  json('hub.json', { program, provides, exports: { out: 'provides.out' } });
  const slots = { up: { kind: 'http' } };
  json('leaf.json', {
    program: { ...program, env: { UP: '${slots.up.url}' } },
    slots,
    provides,
    exports: { out: 'provides.out' },
  });
  json('scenario.json', {
    components: { hub: './hub.json', ...Object.fromEntries(names.map((name) => [name, './leaf.json'])) },
    bindings: names.map((name) => ({ to: `#${name}.up`, from: '#hub.out' })),
    exports: { out: '#c0.out' },
  });
  return join(folder, 'star/scenario.json');
}

/** In MiB, of every process below `pid`: resident, and its share of what several use. */
function memory(pid) {
  const children = new Map();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const stat = read(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [pid];
  for (const one of found) found.push(...(children.get(one) ?? []));
  const value = (one, file, key) =>
    Number(new RegExp(`^${key}:\\s*(\\d+)`, 'm').exec(read(`/proc/${one}/${file}`))?.[1] ?? 0) / 1024;
  return found.map((one) => ({
    name: read(`/proc/${one}/comm`).trim(),
    rss: value(one, 'status', 'VmRSS'),
    pss: value(one, 'smaps_rollup', 'Pss'),
  }));
}

/** Empty for a process that has ended meanwhile. */
function read(path) {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

async function many() {
  const run = start(writeStar());
  const { ms } = await run.ready;
  const [own, ...all] = memory(run.pid);
  const extra = all.filter(({ name }) => !name.startsWith('python'));
  const sum = (key) => extra.reduce((total, one) => total + one[key], 0);
  row(`${count} components up`, `${(ms / 1000).toFixed(1)} s`, count === 200 ? '30 s' : '');
  row('  memory of each, without its program', `${(sum('rss') / count).toFixed(1)} MiB RSS`, '60 MiB');
  row('  its share of what several use', `${(sum('pss') / count).toFixed(1)} MiB PSS`);
  row('  memory of headgate itself', `${own.rss.toFixed(0)} MiB RSS`);
  row(`${count} components stopped`, `${((await run.stop()) / 1000).toFixed(1)} s`, count === 200 ? '3 s' : '');
}

try {
  if (!existsSync(cli)) throw new Error('dist/cli.cjs is missing: run `npm run build` first');
  await redaction();
  await many();
} finally {
  for (const child of alive) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
