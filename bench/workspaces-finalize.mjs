#!/usr/bin/env node
/**
 * A few changed files among many are brought back: `node bench/workspaces-finalize.mjs [--files 100000] [--changed 10] [--bytes 10000]`.
 * Merge, staging and applying, with snapshots of all sides given, beside `rsync -a` of the same trees, in turn. Figures, never a verdict.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '100000' },
    changed: { type: 'string', default: '10' },
    bytes: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '5' },
  },
});
const [files, changed, bytes, rounds] = ['files', 'changed', 'bytes', 'rounds'].map((name) => Number(values[name]));

const median = (times) => [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));

async function load() {
  const outfile = join(folder, 'finalize.mjs');
  const names = ['plan/workspaces/three-way', 'adapters/sync/stage', 'adapters/sync/apply'];
  const lines = names.map((path) => `export * from './src/${path}.ts';`);
  await build({
    stdin: { contents: lines.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
  });
  return import(pathToFileURL(outfile).href);
}

const pathOf = (i) => `d${i % 200}/e${i % 13}/f${i}`;
const changedAt = (i) => i % Math.floor(files / changed) === 0 && i / Math.floor(files / changed) < changed;
const textOf = (i, round) => `${i} ${round}\n`.padEnd(bytes, 'x');

/** The tree of a round; what is not changed is as in the first one. */
function treeOf(round) {
  const tree = new Map();
  for (let i = 0; i < files; i++) {
    const path = pathOf(i);
    const [first, second] = path.split('/');
    for (const above of [first, `${first}/${second}`]) tree.set(above, { kind: 'folder' });
    const text = textOf(i, changedAt(i) ? round : 0);
    const hash = createHash('sha256').update(text).digest('hex');
    tree.set(path, { kind: 'file', executable: false, size: text.length, hash });
  }
  return new Map([...tree].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function lay(place) {
  for (let i = 0; i < files; i++) {
    mkdirSync(join(place, pathOf(i), '..'), { recursive: true });
    writeFileSync(join(place, pathOf(i)), textOf(i, 0));
  }
}

function change(place, round) {
  for (let i = 0; i < files; i++) if (changedAt(i)) writeFileSync(join(place, pathOf(i)), textOf(i, round));
}

function must(command, ...args) {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

try {
  const { threeWay, stage, apply, removeStaged } = await load();
  const [target, copy, byRsync] = ['around/target', 'copy', 'by-rsync'].map((name) => join(folder, name));
  lay(target);
  must('cp', '-a', target, copy);
  must('cp', '-a', target, byRsync);
  const ours = [];
  const theirs = [];
  let base = treeOf(0);
  for (let round = 1; round <= rounds; round++) {
    change(copy, round);
    const remote = treeOf(round);
    let start = performance.now();
    const merge = threeWay(base, new Map(base), remote, 'keep_local');
    const { staged, fault } = await stage({ copyRoot: copy, target, merge, name: 'bench' });
    if (fault) throw new Error(fault.message);
    const applied = await apply({ target, staged, merge });
    removeStaged(staged);
    ours.push(performance.now() - start);
    if (applied.written?.length !== changed) throw new Error(JSON.stringify(applied));
    start = performance.now();
    must('rsync', '-a', `${copy}/`, `${byRsync}/`);
    theirs.push(performance.now() - start);
    base = remote;
  }
  must('sh', '-c', 'test -z "$(rsync -nrc --delete --itemize-changes "$1/" "$2/")"', 'sh', copy, target);
  const ratio = median(ours) / median(theirs);
  const shown = [...ours.map((ms) => ms.toFixed(0)), '|', ...theirs.map((ms) => ms.toFixed(0))].join(' ');
  console.log(`${changed} changed files among ${files}, in ms: ours | rsync -a: ${shown}`);
  console.log(
    `finalize ${median(ours).toFixed(0)} ms, rsync -a ${median(theirs).toFixed(0)} ms, ratio ${ratio.toFixed(2)}   budget 1.5`,
  );
  console.log(`memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB, trees of all sides included`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
