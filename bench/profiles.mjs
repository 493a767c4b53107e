#!/usr/bin/env node
/**
 * What a profile adds to a start: `node bench/profiles.mjs [ROUNDS]`. One service without a profile and one with, in one run after the
 * other and taken in turn; the journal tells how long each start took, from its intent until it was up. Figures, never a verdict.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { report } from './support/report.mjs';

const cli = join(fileURLToPath(new URL('..', import.meta.url)), 'dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const rounds = Number(process.argv[2] ?? 15);
const sleeper = { manifest_version: '0.4.0', program: { path: '/bin/sleep', args: ['60'] } };
const sandbox = 'sandboxes: { s: { processes: 512, tools: [sh] } }';
const settings = {
  'without a profile': '',
  'with a profile': `profiles: { default: { guidance: x, worker: { agent: w }, budget: { wallClockSeconds: 60 } } }`,
  'in evidence mode, in a sandbox by name': `profiles: { default: { runtime: { mode: evidence }, sandbox: { mode: ref, ref: s } } }\n${sandbox}`,
  'and with a self-check': `profiles: { default: { runtime: { mode: evidence }, sandbox: { mode: ref, ref: s }, permissions: approve-all } }\n${sandbox}`,
};

for (const [index, text] of Object.values(settings).entries()) {
  mkdirSync(join(folder, String(index)));
  writeFileSync(join(folder, String(index), 'scenario.json'), JSON.stringify(sleeper));
  writeFileSync(join(folder, String(index), 'headgate.yaml'), text);
}

/** Milliseconds from the intent of the start to its outcome. */
async function startOf(index) {
  const state = mkdtempSync(join(folder, 'state-'));
  const args = [cli, 'run', join(folder, String(index), 'scenario.json'), '--trust-settings', '--state-dir', state];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((done) => child.on('close', done));
  await new Promise((done, fail) => {
    child.stdout.on('data', (text) => String(text).includes('ready') && done());
    void ended.then(() => fail(new Error(`${args.join(' ')} ended before it was ready`)));
  });
  child.kill('SIGINT');
  await ended;
  const [id] = readdirSync(join(state, 'runs'));
  const lines = readFileSync(join(state, 'runs', id, 'journal.ndjson'), 'utf8')
    .trim()
    .split('\n');
  const at = (type) => {
    const entry = lines
      .map((line) => JSON.parse(line))
      .find((e) => e.type === type && e.actionId === 'process.start:/');
    return Date.parse(entry.at);
  };
  return at('outcome') - at('intent');
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
try {
  if (!existsSync(cli)) throw new Error('dist/cli.js is missing: run `npm run build` first');
  const names = Object.keys(settings);
  const times = names.map(() => []);
  for (let round = 0; round <= rounds; round++) {
    const taken = [];
    for (const index of names.keys()) taken.push(await startOf(index));
    // The first is cold.
    if (round > 0) for (const [index, ms] of taken.entries()) times[index].push(ms);
  }
  for (const [index, name] of names.entries()) {
    const more = times[index].map((ms, round) => ms - times[0][round]);
    report({ name: `start ${name}`, value: median(times[index]), unit: 'ms' });
    if (index === 0) continue;
    const goal = index === 1 || index === 2 ? { goal: 5 } : {};
    report({ name: `start ${name}: more, paired`, value: median(more), unit: 'ms', ...goal });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
