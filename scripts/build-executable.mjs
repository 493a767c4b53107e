#!/usr/bin/env node
/**
 * `node scripts/build-executable.mjs [FILE]`: the command line as one executable for this system, from dist/ and the node that runs this. It
 * holds the scripts and V8's code for them, and is node itself besides; what it can do is said in src/cli/start/executable.ts.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = resolve(process.argv[2] ?? join(root, 'dist/executable/headgate'));
const dist = join(root, 'dist');
/** What node looks for in itself, from its documentation. */
const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

function run(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`);
}

const entry = readFileSync(join(dist, 'cli.cjs'), 'utf8');
const [, digest] = /digest:\s*"([^"]+)"/.exec(entry);
const [, scriptOf] = /scriptOf:\s*(\{[^}]*\})/.exec(entry);
const code = join(dist, 'code-cache', `${digest}-${process.versions.v8}-${process.platform}-${process.arch}`);
const work = mkdtempSync(join(tmpdir(), 'headgate-executable-'));
try {
  await build({
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
    entryPoints: [join(root, 'src/cli/start/executable.ts')],
    outfile: join(work, 'main.cjs'),
    define: { HEADGATE_SCRIPTS: JSON.stringify({ scriptOf: JSON.parse(scriptOf) }) },
  });
  const assets = {};
  for (const name of readdirSync(join(dist, 'scripts'))) assets[name] = join(dist, 'scripts', name);
  for (const name of readdirSync(code)) {
    // Each file holds its code twice.
    const whole = readFileSync(join(code, name));
    writeFileSync(join(work, name), whole.subarray(0, whole.length / 2));
    assets[name] = join(work, name);
  }
  const config = { main: join(work, 'main.cjs'), output: join(work, 'blob'), assets, useCodeCache: true };
  writeFileSync(join(work, 'config.json'), JSON.stringify({ ...config, disableExperimentalSEAWarning: true }));
  run(process.execPath, ['--experimental-sea-config', join(work, 'config.json')]);
  mkdirSync(dirname(out), { recursive: true });
  const made = `${out}.${process.pid}`;
  copyFileSync(process.execPath, made);
  chmodSync(made, 0o755);
  const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
  run(process.execPath, [postject, made, 'NODE_SEA_BLOB', config.output, '--sentinel-fuse', fuse]);
  renameSync(made, out);
} finally {
  rmSync(work, { recursive: true, force: true });
}
console.log(out);
