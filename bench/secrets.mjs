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
  report({
    name,
    value: median(values),
    unit,
    least: Math.min(...values),
    most: Math.max(...values),
    note: `goal ${budget}`,
  });

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

  const redactor = await bundled('redactor', `export { createRedactor } from './src/runtime/redactor/redactor.ts';`);
  for (const [count, budget] of [
    [100, '200 MB/s'],
    [1000, 'none'],
  ]) {
    // Tokens of 6 to 45 characters; lines of a log, with texts in them that look like tokens.
    const rates = Array.from({ length: 5 }, () =>
      timed(`
import { createHash } from 'node:crypto';
import { report } from './support/report.mjs';
const { createRedactor } = await import(${redactor});
const token = (n) => createHash('sha512').update(String(n)).digest('base64url');
const values = Array.from({ length: ${count} }, (_, n) => (n % 10 === 0 ? 'p&ss /ü' + token(n).slice(0, 9) : token(n).slice(0, 6 + (n % 40))));
let text = '';
for (let n = 0; text.length < 32e6; n++)
  text += '2026-01-01T00:00:00.000Z INFO request ' + token(-n).slice(0, 22) + ' GET /api/v1/items?id=' + n + ' 200 in ' + (n % 97) + ' ms\\n';
text = Buffer.from(text).toString('utf8');
const redactor = createRedactor(values);
redactor.redact('laid out');
const began = process.cpuUsage();
if (redactor.redact(text) !== text) throw new Error('changed');
const { user, system } = process.cpuUsage(began);
const stream = redactor.stream();
const streaming = process.cpuUsage();
let length = 0;
for (let at = 0; at < text.length; at += 65536) length += stream.write(text.slice(at, at + 65536)).length;
if (length + stream.end().length !== text.length) throw new Error('changed');
const streamed = process.cpuUsage(streaming);
console.log(text.length / (user + system), text.length / (streamed.user + streamed.system));`),
    );
    const name = `secrets: a text looked through for ${count}`;
    told(
      name,
      rates.map(([rate]) => rate),
      'MB/s of CPU',
      budget,
    );
    told(
      `${name}, in pieces`,
      rates.map(([, rate]) => rate),
      'MB/s of CPU',
      budget,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
