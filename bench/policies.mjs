#!/usr/bin/env node
/**
 * What asking costs: a policy that is warm, measured inside one process against the time the policy says it took itself; and a
 * frozen compile against the same scenario without policies, whole processes in turn.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { compile, createLoader, createSandboxPolicyClient } from '../dist/index.js';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

try {
  cpSync(join(root, 'examples/redaction'), folder, { recursive: true });
  const scenario = join(folder, 'scenario.yaml');
  await warm(scenario);
  frozen(scenario);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The policy of the bench answers nothing at once, and adds up the time from the first byte of a question to its answer. */
async function warm(scenario) {
  let own = 0;
  const server = createServer((request, response) => {
    const start = performance.now();
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end('{"interpositions":[]}');
      own = performance.now() - start;
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const running = { redaction: `http://127.0.0.1:${server.address().port}/` };
  const added = [];
  for (let run = 0; run < 60; run++) {
    let asked = 0;
    const { diagnostics } = await compile({
      input: pathToFileURL(scenario).href,
      baseDir: `${pathToFileURL(folder).href}/`,
      loader: createLoader(),
      policyClient: createSandboxPolicyClient({ sandbox: 'bubblewrap' }),
      running,
      now: () => performance.now(),
      onPhase: (name, ms) => {
        if (name === 'ask') asked = ms;
      },
    });
    if (diagnostics.some(({ severity }) => severity === 'error')) throw new Error(JSON.stringify(diagnostics));
    // The first runs load modules: a policy is asked cold only once.
    if (run >= 10) added.push(asked - own);
  }
  server.close();
  report({ name: 'a warm policy, over its own time', value: median(added), unit: 'ms', goal: 3 });
}

function frozen(scenario) {
  const lock = join(folder, 'headgate.lock');
  const without = join(folder, 'without.yaml');
  writeFileSync(without, readFileSync(scenario, 'utf8').replace(/^use:[\s\S]*/m, ''));
  run('compile', scenario, '--emit', `lock=${lock}`);
  const out = ['--emit', `plan=${join(folder, 'plan.json')}`];
  const times = { frozen: [], plain: [] };
  for (let turn = 0; turn < 15; turn++) {
    times.frozen.push(run('compile', scenario, '--frozen', '--lock', lock, ...out));
    times.plain.push(run('compile', without, ...out));
  }
  const ratios = times.frozen.map((ms, turn) => ms / times.plain[turn]);
  report({ name: 'frozen compile, to one without policies', value: median(ratios), unit: '×', goal: 1.2 });
}

function run(...args) {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}
