/**
 * Records exchanges with policies into test/fixtures/policy-protocol: `node scripts/record-protocol.mjs GOLDEN…`, or, for a scenario whose
 * policies are started and asked, `… --example NAME FOLDER ROOT`. What is there already is never changed: it is reproduced, or this fails.
 */
import { build } from 'esbuild';

const outfile = 'node_modules/.cache/headgate/protocol-record.mjs';
await build({
  entryPoints: ['test/support/protocol-record.ts'],
  bundle: true,
  format: 'esm',
  platform: 'node',
  packages: 'external',
  outfile,
  logLevel: 'error',
});
const { recordGoldens, recordExample } = await import(`../${outfile}`);
const target = 'test/fixtures/policy-protocol';
const [option, name, folder, root] = process.argv.slice(2);
const written =
  option === '--example'
    ? await recordExample(name, { folder, root }, target)
    : await recordGoldens(process.argv.slice(2), target);
for (const path of written) console.log(path);
