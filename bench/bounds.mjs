#!/usr/bin/env node
/**
 * The time of what once took far too long: `npm run bench -- bounds`. The inputs are those whose steps test/unit/growth counts, at
 * full size, and whole processes over inputs that nobody would write. Figures beside budgets, never a verdict.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { bundleWorkloads } from '../test/unit/growth/bundle.mjs';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-bounds-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function tell(name, run, budget) {
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    run();
    return performance.now() - start;
  });
  report({ name, value: median(times), unit: 'ms', goal: budget });
}

/** Each is refused, and soon. */
const inputs = {
  'a gigabyte of nothing': (path) => spawnSync('truncate', ['-s', '1G', path]),
  'a hundred thousand brackets': (path) => writeFileSync(path, '['.repeat(100_000)),
  'a hundred thousand aliases': (path) => writeFileSync(path, `a: &a [1]\nb: [${'*a, '.repeat(100_000)}]\n`),
  'eight megabytes of a word': (path) => writeFileSync(path, 'word '.repeat(1_600_000)),
};

try {
  const module = join(folder, 'workloads.mjs');
  await bundleWorkloads(join(root, 'test/unit/growth/workloads.ts'), module);
  const { ready, workloads } = await import(pathToFileURL(module).href);
  await ready();
  for (const { name, bench, prepare } of workloads) tell(`${name}, ${bench.size}`, prepare(bench.size), bench.ms);
  for (const [name, write] of Object.entries(inputs)) {
    const path = join(folder, 'scenario.yaml');
    write(path);
    const check = () => spawnSync(process.execPath, [join(root, 'dist/cli.cjs'), 'check', path]);
    if (check().status !== 1) throw new Error(`${name}: not refused`);
    tell(`check, ${name}`, check, 5000);
    rmSync(path);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
