#!/usr/bin/env node
/**
 * `headgate verify-run` of a folder with 1,000 entries and 100 pieces of evidence, by the built command line: `node bench/verify-run.mjs`.
 * The run never was; its journal is written here, and its statement by `headgate resume`. Figures, never a verdict.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const cli = join(root, 'dist/cli.js');
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const id = '20300101-000000-0000';
const state = join(folder, 'state');
const runFolder = join(state, 'runs', id);

const sha256 = (text, form = 'hex') => createHash('sha256').update(text).digest(form);
const canonical = (value) =>
  Array.isArray(value)
    ? `[${value.map(canonical).join(',')}]`
    : value !== null && typeof value === 'object'
      ? `{${Object.keys(value)
          .sort()
          .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
          .join(',')}}`
      : JSON.stringify(value);

function headgate(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { encoding: 'utf8', cwd: folder });
  if (status !== 0) throw new Error(`headgate ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

function put(value) {
  const text = `${canonical(value)}\n`;
  const digest = sha256(text);
  const path = join(state, 'store/sha256', digest.slice(0, 2), digest.slice(2));
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return `sha256:${digest}`;
}

const sandbox = (n) =>
  put({
    apart: ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'user', 'uts'],
    interfaces: ['lo'],
    capabilities: '0',
    noNewPrivileges: true,
    seccomp: true,
    writableMounts: [`/mount/${n}`],
    processes: 2,
    writable: [],
  });
const program = (n) => put({ path: '/bin/sh', digest: `sha256:${sha256(`program ${n}`, 'base64')}` });

function write(attempts) {
  writeFileSync(
    join(folder, 'scenario.json'),
    JSON.stringify({ manifest_version: '0.4.0', program: { path: '/bin/sh', args: ['-c', 'true'] } }),
  );
  mkdirSync(runFolder, { recursive: true, mode: 0o700 });
  headgate(['compile', 'scenario.json', '--emit', `plan=${join(runFolder, 'plan.json')}`]);
  const options = `${canonical({ sourceFolder: folder, externals: {}, exportPorts: {} })}\n`;
  writeFileSync(join(runFolder, 'options.json'), options);
  const { planDigest } = JSON.parse(readFileSync(join(runFolder, 'plan.json'), 'utf8'));
  const lines = [];
  let prev = sha256(`headgate.run ${id}`);
  const add = (type, data, attempt = null) => {
    const action = attempt === null ? null : { type: 'process.start', target: '/' };
    const line = {
      ...{ version: 2, seq: lines.length, prev, at: '2030-01-01T00:00:00.000Z', type, action, attempt, data },
      actionId: action && 'process.start:/',
      idempotencyKey: null,
      owner: { pid: 1, startTime: '1', bootId: 'b' },
    };
    const hash = sha256(prev + canonical(line));
    prev = hash;
    lines.push(`${canonical({ ...line, hash })}\n`);
  };
  add('start', { plan: planDigest, options: `sha256:${sha256(options, 'base64')}`, resumed: false, redo: [] });
  for (let n = 1; n <= attempts; n++) {
    const up = { state: 'succeeded', sandbox: sandbox(n % 50), program: program(n % 50) };
    add('intent', {}, n);
    add('outcome', up, n);
    if (n === attempts) add('outcome', { state: 'succeeded', exit: 'it ended with status 0' }, n);
    else {
      add('failure', { exit: 'it ended with status 1' }, n);
      add('retry', { afterMs: 1, exit: 'it ended with status 1', restart: 1, most: 8 }, n);
    }
  }
  add('gate', { state: 'COMPLETE', basis: 'no_probes_declared' });
  writeFileSync(join(runFolder, 'journal.ndjson'), lines.join(''));
  headgate(['resume', id, '--state-dir', state]);
  return lines.length;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const timed = (args) => {
  const from = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - from;
};

try {
  const entries = write(250);
  const [times, bare] = [[], []];
  for (let n = 0; n < 7; n++) {
    times.push(timed([cli, 'verify-run', runFolder]));
    bare.push(timed([cli, '--version']));
  }
  const ms = median(times);
  report({ name: `verify-run, ${entries} entries, 100 blobs`, value: ms, unit: 'ms', goal: 500 });
  report({ name: 'verify-run: of it headgate --version', value: median(bare), unit: 'ms' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
