#!/usr/bin/env node
/**
 * `npm run bench`: whole processes, cold, on this machine, and then the parts, each a program of its own. Every figure of a process is also
 * told as a multiple of `node -e 0`, taken in turn with it. Figures, never a verdict: machines are noisy.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { drawCurves } from './curves.mjs';
import { figures as outputs } from './figures/outputs.mjs';
import { figures as policies } from './figures/policies.mjs';
import { figures as scale } from './figures/scale.mjs';
import { figures as server } from './figures/server.mjs';
import { figures as start } from './figures/start.mjs';
import { readFigures, writeHistory } from './support/history.mjs';
import { options, usage } from './support/options.mjs';
import { buildOther, commitOf, isChanged } from './support/other-commit.mjs';
import { idle, once, paired } from './support/processes.mjs';
import { report } from './support/report.mjs';
import { median } from './support/statistics.mjs';
import { newestHistory, writeTable } from './support/table.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.cjs');
const headgate = [process.execPath, cli];
const figures = [...start, ...server, ...scale, ...outputs, ...policies];
/** Programs of their own; their figures are in ms of what they say. */
const parts = [
  'bounds',
  'validators',
  'targets',
  'vault-aws',
  'policies',
  'edges',
  'interposer',
  'gate',
  'compose-gate',
  'verify-run',
  'runs',
  'profiles',
  'secrets',
];

const shown = ({ ms: value, least, most, ratio: times }) => ({ value, least, most, times });

function measure(figure, folder, { runs, other }) {
  const { name, goal, timesGoal, unit = 'ms', steps } = figure;
  if (figure.measure) {
    const found = figure.measure(folder, headgate);
    return report({ name, unit, goal, ...(typeof found === 'number' ? { value: found } : shown(found)) });
  }
  const args = figure.prepare(folder, root);
  const own = figure.program?.(folder, root) ?? headgate;
  const amber = figure.amber && process.env.AMBER_BIN ? [process.env.AMBER_BIN, figure.amber, args[1]] : undefined;
  const theirs = other ? [...other.command, ...args] : undefined;
  const commands = [idle, [...own, ...args], ...(theirs ? [theirs] : []), ...(amber ? [amber] : [])];
  const results = paired(commands, runs ?? figure.runs ?? 5);
  const [, ours] = results;
  const ratio = (at) => (ours.ms / results[at].ms).toFixed(2);
  const note = [
    ...(theirs ? [`${ratio(2)} × ${other.commit.slice(0, 8)}`] : []),
    ...(amber ? [`${ratio(results.length - 1)} × the reference`] : []),
  ].join(', ');
  report({ name, unit, goal, timesGoal, ...shown(ours), ...(note ? { note } : {}) });
  if (!steps) return;
  const told = new Map();
  for (let run = 0; run < 3; run++)
    for (const [, step, ms] of once([...headgate, ...args]).stderr.matchAll(/^ {2}(\w+)\s+([\d.]+) ms$/gm))
      told.set(step, [...(told.get(step) ?? []), Number(ms)]);
  for (const [step, values] of told)
    report({ name: `${name}: ${step}`, value: median(values), unit: 'ms', goal: steps[step] });
}

function main() {
  const asked = options(process.argv.slice(2));
  if (asked.help) return process.stdout.write(usage);
  const wanted = (name) => asked.names.length === 0 || asked.names.some((part) => name.includes(part));
  if (asked.list) return process.stdout.write(`${[...figures.map(({ name }) => name), ...parts].join('\n')}\n`);
  if (asked.table) return writeTable(join(root, 'docs/performance.md'), newestHistory(join(root, 'bench/history')));
  if (!existsSync(cli)) throw new Error('dist/cli.cjs is missing: run `npm run build` first');
  const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
  const lines = join(folder, 'figures.jsonl');
  writeFileSync(lines, '');
  process.env.HEADGATE_BENCH_FIGURES = lines;
  const started = new Date().toISOString();
  let other;
  try {
    if (asked.curves) return drawCurves(folder, headgate, root);
    if (asked.against) other = buildOther(root, asked.against, folder);
    const bare = paired([idle], asked.runs ?? 5)[0];
    process.env.HEADGATE_BENCH_IDLE = String(bare.ms);
    report({ name: 'node -e 0', value: bare.ms, unit: 'ms', least: bare.least, most: bare.most });
    for (const figure of figures) if (wanted(figure.name)) measure(figure, folder, { runs: asked.runs, other });
    for (const part of parts) {
      if (!wanted(part) && !asked.names.includes(part)) continue;
      const file = fileURLToPath(new URL(`${part}.mjs`, import.meta.url));
      const sizes = asked.sizes ? ['--sizes', asked.sizes] : [];
      const { status } = spawnSync(process.execPath, [file, ...sizes], { stdio: 'inherit' });
      if (status !== 0) console.error(`${part} ended with ${status}`);
    }
    if (asked.history) {
      const facts = { commit: commitOf(root), changed: isChanged(root), figures: readFigures(lines), started };
      console.log(`written to ${writeHistory(asked.history, facts)}`);
    }
  } finally {
    other?.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

try {
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
