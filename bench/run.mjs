#!/usr/bin/env node
/**
 * Whole processes, cold, on this machine: `npm run bench [NAME…]`. Prints the median of several runs and, where the budget is a
 * ratio, the ratio to a run of `node -e 0` taken in turn with it. Figures, never a verdict: machines are noisy.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { writeSmall } from '../scripts/small-scenario.mjs';
import { writeBinaryTree, writeChain, writeInterposed, writeMany } from './scenarios.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.cjs');
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const wanted = process.argv.slice(2);

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const spread = (values) => `${Math.min(...values).toFixed(0)}–${Math.max(...values).toFixed(0)}`;

function once(args, expected = 0) {
  const start = performance.now();
  const done = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  const ms = performance.now() - start;
  if (done.status !== expected)
    throw new Error(`${args.join(' ')} ended with ${done.status}: ${done.stderr.slice(0, 500)}`);
  return { ms, stderr: done.stderr };
}

function measure(name, args, { runs = 5, budget, base } = {}) {
  if (wanted.length > 0 && !wanted.some((w) => name.includes(w))) return undefined;
  once(args);
  const times = [];
  const ratios = [];
  for (let i = 0; i < runs; i++) {
    const { ms } = once(args);
    times.push(ms);
    if (base) ratios.push(ms / once(base).ms);
  }
  const ratio = base ? `, ${median(ratios).toFixed(2)} × node -e 0` : '';
  console.log(
    `${name.padEnd(44)} ${median(times).toFixed(0).padStart(6)} ms (${spread(times)})${ratio}${budget ? `   budget ${budget}` : ''}`,
  );
  return median(times);
}

try {
  if (!existsSync(cli)) throw new Error('dist/cli.cjs is missing: run `npm run build` first');
  const idle = ['-e', '0'];
  measure('node -e 0', idle);
  measure('check, 3 components', [cli, 'check', writeSmall(join(folder, 'small'))], {
    runs: 15,
    base: idle,
    budget: '2.0 × node -e 0',
  });
  for (const format of ['yaml', 'json5']) {
    const many = writeMany(join(folder, `many-${format}`), 1000, format);
    measure(`check, 1,000 scenarios of 3, ${format}`, [cli, 'check', many], { budget: '3000 ms' });
  }
  if (wanted.length === 0 || wanted.some((w) => 'SARIF'.includes(w))) {
    // 20,000 findings: each of 100 unused slots is one, as a warning and as an error.
    const many = writeMany(join(folder, 'findings'), 100, 'json5', 100);
    const told = (format) => once([cli, 'check', many, '--format', format], 1).ms;
    told('sarif');
    const pairs = Array.from({ length: 5 }, () => [told('text=/dev/null'), told('sarif=/dev/null')]);
    const extra = median(pairs.map(([text, sarif]) => sarif - text));
    const whole = median(pairs.map(([, sarif]) => sarif));
    console.log(
      `${'check, 20,000 findings, SARIF'.padEnd(44)} ${whole.toFixed(0).padStart(6)} ms, ${extra.toFixed(0)} ms more than text for people   budget 1000 ms more`,
    );
  }
  const times = new Map();
  for (const count of [1600, 2500, 10_000]) {
    const budget = count === 1600 ? '500 ms' : count === 10_000 ? '1200 ms' : undefined;
    times.set(
      count,
      measure(
        `check, binary tree of ${count}, JSON5`,
        [cli, 'check', writeBinaryTree(join(folder, `tree${count}`), count, 'json5')],
        { budget },
      ),
    );
  }
  const [small, large] = [times.get(2500), times.get(10_000)];
  if (small && large) console.log(`  growth from 2,500 to 10,000: ${(large / small).toFixed(2)} ×   budget 5 ×`);
  measure('check, binary tree of 10000, YAML', [cli, 'check', writeBinaryTree(join(folder, 'yaml'), 10_000, 'yaml')], {
    budget: '2000 ms',
  });
  measure('check, chain of 20,000 forwards', [cli, 'check', writeChain(join(folder, 'chain'), 20_000)], { runs: 1 });
  const rewrite = writeInterposed(join(folder, 'interposed'), 5000);
  if (wanted.length === 0 || wanted.some((w) => 'rewrite'.includes(w))) {
    const figures = new Map();
    for (let run = 0; run < 3; run++) {
      const out = ['--emit', `plan=${join(folder, 'plan.json')}`];
      const { stderr } = once([cli, 'compile', rewrite, ...out, '--timings', '--max-answer-bytes', '50000000']);
      for (const [, name, ms] of stderr.matchAll(/^ {2}(\w+)\s+([\d.]+) ms$/gm)) {
        figures.set(name, [...(figures.get(name) ?? []), Number(ms)]);
      }
    }
    for (const [name, values] of figures) {
      const budget = name === 'rewrite' ? '   budget 300 ms' : '';
      const title = `5,000 edges, all interposed: ${name}`;
      console.log(`${title.padEnd(44)} ${median(values).toFixed(0).padStart(6)} ms${budget}`);
    }
  }
  measure(
    'compile examples/redaction (Python policy)',
    [cli, 'compile', join(root, 'examples/redaction/scenario.yaml'), '--emit', `plan=${join(folder, 'p.json')}`],
    { budget: '700 ms' },
  );
  if (wanted.length === 0 || wanted.includes('bounds')) {
    const bounds = fileURLToPath(new URL('bounds.mjs', import.meta.url));
    spawnSync(process.execPath, [bounds], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('validators')) {
    const validators = fileURLToPath(new URL('validators.mjs', import.meta.url));
    spawnSync(process.execPath, [validators], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('compose')) {
    const compose = fileURLToPath(new URL('compose.mjs', import.meta.url));
    const at = process.argv.indexOf('--sizes');
    spawnSync(process.execPath, [compose, ...(at < 0 ? [] : process.argv.slice(at, at + 2))], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('vault-aws')) {
    const aws = fileURLToPath(new URL('vault-aws.mjs', import.meta.url));
    spawnSync(process.execPath, [aws], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('policies')) {
    const policies = fileURLToPath(new URL('policies.mjs', import.meta.url));
    spawnSync(process.execPath, [policies], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('edges')) {
    const edges = fileURLToPath(new URL('edges.mjs', import.meta.url));
    spawnSync(process.execPath, [edges], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('interposer')) {
    const interposer = fileURLToPath(new URL('interposer.mjs', import.meta.url));
    spawnSync(process.execPath, [interposer], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('gate')) {
    const gate = fileURLToPath(new URL('gate.mjs', import.meta.url));
    spawnSync(process.execPath, [gate], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('verify-run')) {
    const verifyRun = fileURLToPath(new URL('verify-run.mjs', import.meta.url));
    spawnSync(process.execPath, [verifyRun], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('runs')) {
    const runs = fileURLToPath(new URL('runs.mjs', import.meta.url));
    spawnSync(process.execPath, [runs], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('profiles')) {
    const profiles = fileURLToPath(new URL('profiles.mjs', import.meta.url));
    spawnSync(process.execPath, [profiles], { stdio: 'inherit' });
  }
  if (wanted.length === 0 || wanted.includes('secrets')) {
    const secrets = fileURLToPath(new URL('secrets.mjs', import.meta.url));
    spawnSync(process.execPath, [secrets], { stdio: 'inherit' });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
