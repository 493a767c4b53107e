#!/usr/bin/env node
/**
 * What the completion gate costs a run without probes: the checks before it begins, and the judgement at its end, for a plan of 1,000
 * components. The first time counts, in a process of its own each time. `npm run bench gate`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const from = (path, names) => `export { ${names} } from ${JSON.stringify(join(root, path))};`;

try {
  const out = join(folder, 'gate.mjs');
  await build({
    stdin: {
      contents: [
        from('src/runtime/probes/check.ts', 'checkProbes'),
        from('src/runtime/probes/findings.ts', 'gateQuestion'),
        from('src/runtime/gate/gate.ts', 'judge, judgeEnd'),
        from('src/runtime/journal/fold.ts', 'fold'),
      ].join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    format: 'esm',
    platform: 'node',
    outfile: out,
    logLevel: 'error',
  });
  const code = `
const { checkProbes, gateQuestion, judge, judgeEnd, fold } = await import(${JSON.stringify(pathToFileURL(out).href)});
const monikers = Array.from({ length: 1000 }, (_, n) => '/c' + n);
const plan = { planDigest: 'sha256:AAAA', sources: [], components: monikers.map((moniker) => ({ moniker })), runtime: { components: {} } };
const ends = new Map(monikers.map((moniker) => [moniker, { status: 'finished', code: 0 }]));
const state = fold([]);
const store = { get: () => undefined, has: () => false, put: () => '' };
const began = process.cpuUsage();
if (checkProbes(plan).length > 0) throw new Error('refused');
const end = judgeEnd(ends, judge(gateQuestion({ plan, state, store, sourceFolder: '/' }, () => '')));
const spent = process.cpuUsage(began);
if (end.basis !== 'no_probes_declared') throw new Error(JSON.stringify(end));
console.log((spent.user + spent.system) / 1000);`;
  const times = Array.from({ length: 15 }, () => {
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
    if (stderr !== '') throw new Error(stderr);
    return Number(stdout);
  });
  const [least, most] = [Math.min(...times), Math.max(...times)];
  const name = 'gate: a run without probes, 1,000 components';
  report({ name, value: median(times), unit: 'ms', goal: 2, least, most, note: 'of processor time' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
