#!/usr/bin/env node
/**
 * Snapshots of a working tree of git: `node bench/workspaces-snapshot.mjs [--files 20000] [--bytes 10240] [--rounds 5] [--root FOLDER]`.
 * The first one against `find | xargs sha256sum`, one with nothing changed against `git status`, in turn and in one run; seconds on the
 * clock, and of the processor behind them. On a machine that does other things as well, only the latter say something. Memory is the most that
 * the process ever had, node itself included. With `--root`, the tree is made there unless it is there, and kept. Figures, never a verdict.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '20000' },
    bytes: { type: 'string', default: '10240' },
    rounds: { type: 'string', default: '5' },
    root: { type: 'string' },
  },
});
const [files, bytes, rounds] = [values.files, values.bytes, values.rounds].map(Number);
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const root = values.root ?? join(folder, 'tree');
const budgets = { first: 2, again: 1.5, memory: 256 };

function run(program, args, cwd) {
  const done = spawnSync(program, args, { cwd, maxBuffer: 1 << 28, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } });
  if (done.status !== 0) throw new Error(`${program}: ${done.stderr || done.error}`);
}

/** Seconds that children of this process took of the processor so far. */
const ofChildren = () => {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
};

function timed(work) {
  const before = ofChildren();
  const start = performance.now();
  work();
  return { wall: (performance.now() - start) / 1000, cpu: ofChildren() - before };
}

/** With what was started for it. */
async function timedHere(work) {
  const before = process.cpuUsage();
  const children = ofChildren();
  const start = performance.now();
  const result = await work();
  const wall = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { wall, cpu: (user + system) / 1e6 + ofChildren() - children, result };
}

function makeTree() {
  const content = randomBytes(bytes + 8);
  for (let i = 0; i < files; i++) {
    const at = join(root, `part${i % 37}`, `module${Math.floor(i / 37) % 29}`);
    if (i < 37 * 29) mkdirSync(at, { recursive: true });
    content.writeUInt32LE(i, 0);
    writeFileSync(join(at, `file${i}.txt`), content.subarray(0, bytes));
  }
  writeFileSync(join(root, '.gitignore'), 'node_modules/\n*.log\n');
  const git = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'gc.auto=0'];
  for (const args of [
    ['init', '-q'],
    ['add', '.'],
    ['commit', '-qm', 'all'],
  ])
    run('git', [...git, ...args], root);
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const shown = ({ wall, cpu }) => `${wall.toFixed(3)} s (processor ${cpu.toFixed(3)} s)`;
const told = (name, ours, theirs, budget) =>
  console.log(
    `${name}: ${shown(ours)} against ${shown(theirs)}: ${(ours.wall / theirs.wall).toFixed(2)} × on the clock, ${(ours.cpu / theirs.cpu).toFixed(2)} × of the processor; budget ${budget} ×`,
  );

try {
  const outfile = join(folder, 'snapshot.mjs');
  await build({
    entryPoints: [join(here, 'src/adapters/sync/snapshot.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
  });
  const { takeSnapshot } = await import(pathToFileURL(outfile).href);
  if (!existsSync(root)) makeTree();
  const cacheFile = join(folder, 'scan', 'cache.bin');
  const take = () =>
    timedHere(async () => {
      const taken = await takeSnapshot({ root, exclude: [], kind: 'git_worktree', cacheFile });
      if ('fault' in taken) throw new Error(taken.fault.message);
      return taken.tree.size;
    });
  const sums = ['-c', 'find . -name .git -prune -o -type f -print0 | xargs -0 sha256sum >/dev/null'];
  const status = () => timed(() => run('git', ['status', '--porcelain'], root));
  // Once for the pages of the disk, which all of them read.
  run('sh', sums, root);
  const summed = timed(() => run('sh', sums, root));
  const first = await take();
  console.log(`${first.result} entries, ${((files * bytes) / 2 ** 20).toFixed(0)} MiB`);
  told('first', first, summed, budgets.first);
  // git writes down what it has seen, once.
  spawnSync('git', ['status', '--porcelain'], { cwd: root });
  const pairs = [];
  for (let i = 0; i < rounds; i++) pairs.push({ theirs: status(), ours: await take() });
  const middle = (side) => ({
    wall: median(pairs.map((pair) => pair[side].wall)),
    cpu: median(pairs.map((pair) => pair[side].cpu)),
  });
  told('again', middle('ours'), middle('theirs'), budgets.again);
  const most = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) / 1024;
  console.log(`memory: ${most.toFixed(0)} MiB; budget ${budgets.memory} MiB`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
