#!/usr/bin/env node
/**
 * What the vault in AWS costs: loading its code, and the code of its HTTP client, in a process that has just started; and signing
 * requests. `npm run bench vault-aws`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { row } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function bundled(name, contents, external = []) {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    stdin: { contents, resolveDir: root, loader: 'ts' },
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
    external,
    outfile,
    logLevel: 'error',
  });
  return outfile;
}

/** Time of the processor: a busy machine lets a process wait. */
const loading = (file) =>
  Array.from({ length: 15 }, () =>
    Number(
      spawnSync(
        process.execPath,
        [
          '-e',
          `require('node:crypto'); const s = process.cpuUsage(); require(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(s); console.log((user + system) / 1000);`,
        ],
        { encoding: 'utf8' },
      ).stdout,
    ),
  );

try {
  const cases = [
    ['nothing', '', []],
    ['the vault', `export { openAwsVault } from './src/adapters/vaults/aws/open.ts';`, ['undici']],
    ['undici', `export { Agent } from 'undici';`, []],
  ];
  for (const [name, contents, external] of cases) {
    const file = await bundled(name.replaceAll(' ', '-'), contents, external);
    row(`vault-aws: load ${name}`, `${median(loading(file)).toFixed(1)} ms of CPU, ${statSync(file).size} bytes`);
  }
  const sign = await bundled(
    'sign',
    `import { createSigner } from './src/adapters/vaults/aws/sign.ts';
    const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    const sign = createSigner({ region: 'eu-west-1', service: 'secretsmanager' });
    const headers = { host: 'x.example', 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'secretsmanager.ListSecrets' };
    const run = async (count) => { for (let i = 0; i < count; i++) await sign({ method: 'POST', path: '/', headers, body: '{}' }, keys, 1e12 + i * 1000); };
    (async () => { await run(2000); const s = performance.now(); await run(10000); console.log((performance.now() - s) / 10); })();`,
  );
  const micro = Number(spawnSync(process.execPath, [sign], { encoding: 'utf8' }).stdout);
  row('vault-aws: sign a request', `${micro.toFixed(0)} µs`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
