#!/usr/bin/env node
/**
 * What secrets cost a run: 100 of them resolved from an encrypted file, in a process that has just started, besides its start; and
 * logs looked through for 100 and for 1,000 values. The first time counts for the former. `npm run bench secrets`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function bundled(name, contents) {
  const outfile = join(folder, `${name}.mjs`);
  const stdin = { contents, resolveDir: root, loader: 'ts' };
  await build({ stdin, bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error' });
  return JSON.stringify(pathToFileURL(outfile).href);
}

function timed(code) {
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  if (stderr !== '') throw new Error(stderr);
  return stdout.trim().split(' ').map(Number);
}

const told = (name, values, unit, budget) =>
  console.log(
    `${name.padEnd(44)} ${median(values).toFixed(1)} ${unit} (${Math.min(...values).toFixed(1)}–${Math.max(...values).toFixed(1)})   budget ${budget}`,
  );

try {
  const vault = await bundled(
    'vault',
    `export { openLocalVault } from './src/adapters/vaults/local-encrypted/open.ts';`,
  );
  mkdirSync(join(folder, 'home'));
  const opened = `
const { openLocalVault } = await import(${vault});
const place = { folder: ${JSON.stringify(folder)}, home: ${JSON.stringify(join(folder, 'home'))}, env: {}, now: Date.now };
const vault = openLocalVault('local', { provider: 'local_encrypted', file: './secrets.vault', key: { file: '~/keys/local.key' } }, place);`;
  timed(`${opened}
for (let n = 0; n < 100; n++) {
  const { fault } = await vault.create('service/key' + n, 'value '.repeat(8) + n, { token: 't' + n });
  if (fault) throw new Error(fault.message);
}`);
  const times = Array.from({ length: 15 }, () =>
    timed(`
const cpu = (since) => { const { user, system } = process.cpuUsage(since); return (user + system) / 1000; };
const loading = process.cpuUsage();${opened}
const loaded = cpu(loading);
const began = process.cpuUsage();
const all = await Promise.all(Array.from({ length: 100 }, (_, n) => vault.resolve({ key: 'service/key' + n })));
const spent = cpu(began);
if (!all.every((one, n) => one.value?.text === 'value '.repeat(8) + n)) throw new Error('wrong');
console.log(loaded, spent);`),
  );
  told(
    'secrets: 100 resolved from a file',
    times.map(([, ms]) => ms),
    'ms of CPU',
    '20 ms',
  );
  told(
    'secrets: what resolves them is loaded',
    times.map(([ms]) => ms),
    'ms of CPU',
    'none',
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
