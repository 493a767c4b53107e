#!/usr/bin/env node
/**
 * What the redaction interposer adds to a request on loopback, at 500 requests a second: `node bench/interposer.mjs`. wrk asks the same
 * server in turn, straight and through the interposer that the policy answers with. Figures, never a verdict.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const connections = 10;
const perSecond = 500;
const seconds = 4;
const rounds = 5;
const port = 18_990;

const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const write = (name, text) => writeFileSync(join(folder, name), text);

/** Every connection waits so long after an answer that all together reach the rate. */
const script = `
function delay() return ${(connections / perSecond) * 1000} end
function done(summary, latency)
  io.write(string.format('{"p50":%f,"p90":%f,"p99":%f,"requests":%d,"seconds":%f,"errors":%d}\\n', latency:percentile(50) / 1000,
    latency:percentile(90) / 1000, latency:percentile(99) / 1000, summary.requests, summary.duration / 1e6,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout))
end`;

const scenario = `manifest_version: "0.4.0"
config_schema: { type: object, properties: { key: { type: string }, token: { type: string } }, required: [key, token] }
components: { api: ./api.yaml }
exports: { data: "#api.data" }
use:
  redact:
    manifest: ${join(root, 'manifests/redaction/manifest.yaml')}
    config: { terms: ["$\${config.key}", "$\${config.token}"], first_port: ${port} }
policies: ["#redact.apply"]
`;
const api = `manifest_version: "0.4.0"
program: { path: /bin/true, network: { endpoints: [{ name: http, port: 9000 }] } }
provides: { data: { kind: http, endpoint: http } }
exports: { data: provides.data }
`;
const body = JSON.stringify({
  items: Array.from({ length: 20 }, (_, id) => ({ id, name: `item ${id}`, key: 'ORBIT-7731-4f1d9a' })),
});

function interposer() {
  write('scenario.yaml', scenario);
  write('api.yaml', api);
  const args = [join(root, 'dist/cli.cjs'), 'compile', '.'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).components.find(({ origin }) => origin.kind === 'policy').program;
}

function wrk(url) {
  const args = ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', join(folder, 'rate.lua'), url];
  return new Promise((done, fail) => {
    const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    child.on('error', fail);
    child.on('close', () => done(JSON.parse(text.trim().split('\n').at(-1))));
  });
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

if (spawnSync('wrk', ['--version']).error) throw new Error('wrk is not installed: apt install wrk');
write('rate.lua', script);
// The server has a process of its own, so that wrk and this file do not share its time.
const serve = `require('node:http').createServer((q, r) => { q.resume(); r.setHeader('content-type', 'application/json'); r.end(${JSON.stringify(body)}); }).listen(0, '127.0.0.1', function () { console.log(this.address().port); });`;
const server = spawn(process.execPath, ['-e', serve], { stdio: ['ignore', 'pipe', 'inherit'] });
const children = [server];
try {
  const [line] = await once(server.stdout.setEncoding('utf8'), 'data');
  const direct = `http://127.0.0.1:${Number(line)}`;
  const { path, args, env } = interposer();
  const given = {
    PATH: process.env.PATH,
    ...env,
    UPSTREAM_URL: direct,
    TERMS: '["ORBIT-7731-4f1d9a", "another secret"]',
  };
  children.push(spawn(path, args, { env: given, stdio: ['ignore', 'inherit', 'inherit'] }));
  const redacted = `http://127.0.0.1:${port}`;
  for (let attempt = 0; attempt < 200 && !(await listens()); attempt++) await sleep(20);
  const seen = await (await fetch(redacted)).text();
  if (!seen.includes('[REDACTED]') || seen.includes('ORBIT')) throw new Error('the interposer does not redact');
  await wrk(redacted);
  const pairs = [];
  for (let round = 0; round < rounds; round++) pairs.push([await wrk(direct), await wrk(redacted)]);
  const show = (name, results) => {
    for (const key of ['p50', 'p90', 'p99'])
      report({ name: `${name}, ${key}`, value: median(results.map((one) => one[key])), unit: 'ms' });
    const errors = results.reduce((sum, one) => sum + one.errors, 0);
    const rate = median(results.map(({ requests, seconds }) => requests / seconds));
    report({ name: `${name}, rate`, value: rate, unit: '/s', ...(errors > 0 ? { note: `${errors} errors` } : {}) });
  };
  show(
    'loopback, straight',
    pairs.map(([straight]) => straight),
  );
  show(
    'loopback, through the redaction interposer',
    pairs.map(([, through]) => through),
  );
  const added = median(pairs.map(([straight, through]) => through.p90 - straight.p90));
  report({ name: 'redaction interposer adds, at p90', value: added, unit: 'ms', goal: 1.5 });
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

function listens() {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('connect', () => done(true)).on('error', () => done(false));
    socket.on('connect', () => socket.destroy());
  });
}
