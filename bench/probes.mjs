#!/usr/bin/env node
/**
 * What an `api_smoke` of one request takes over that request: `node bench/probes.mjs`. Both are taken in turn, against a server of this
 * process; with a schema as well. The three answers that say that somebody is there are part of it. Figures, never a verdict.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const outfile = join(folder, 'probes.mjs');
const banner =
  "import { createRequire as createRequireOfNode } from 'node:module'; const require = createRequireOfNode(import.meta.url);";
await build({
  entryPoints: [join(root, 'src/runtime/probes/api-smoke.ts')],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  banner: { js: banner },
  logLevel: 'warning',
});
const { apiSmoke } = await import(pathToFileURL(outfile).href);
const body = JSON.stringify({ rooms: Array.from({ length: 20 }, (_, area) => ({ name: 'a', area })) });
const server = createServer((_, response) => response.end(body));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address();

const context = {
  name: 'p',
  place: { reach: async () => ({ port }), execute: async () => ({}) },
  clock: { time: () => '', now: () => performance.now(), sleep: async () => {} },
  signal: new AbortController().signal,
  file: async () => Buffer.from('{"type":"object","required":["rooms"]}'),
  pathOf: (name) => name,
  keep: () => 'sha256:0',
  redact: (text) => text,
};
const probe = (expect) => ({
  kind: 'api_smoke',
  required: true,
  target: { export: 'a' },
  requests: [{ method: 'GET', path: '/', expect }],
  startupSeconds: 5,
});
const request = () => new Promise((done) => get({ port, agent: false }, (answer) => answer.resume().on('end', done)));

async function timed(work) {
  const since = performance.now();
  await work();
  return performance.now() - since;
}
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  for (const [name, expect] of [
    ['one request', {}],
    ['one request with a schema', { schema: 's.json' }],
  ]) {
    const first = await timed(() => apiSmoke(probe(expect), context));
    const pairs = [];
    for (let times = 0; times < 100; times++)
      pairs.push([await timed(request), await timed(() => apiSmoke(probe(expect), context))]);
    const over = pairs.map(([plain, probed]) => probed - plain);
    const figures = [median(pairs.map(([plain]) => plain)), median(over), first];
    const [plain, more, cold] = figures;
    report({ name: `api_smoke, ${name}: the request`, value: plain, unit: 'ms' });
    report({ name: `api_smoke, ${name}: over the request`, value: more, unit: 'ms', goal: 10 });
    report({ name: `api_smoke, ${name}: the first of a process`, value: cold, unit: 'ms' });
  }
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
