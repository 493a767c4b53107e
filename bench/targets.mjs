#!/usr/bin/env node
/**
 * What the targets cost, Compose and Kubernetes: to write one, which reads it back, and to read it back alone, on the clock and of the processor.
 * Beside it what starting node costs, for a ratio that another machine shares, and the first time, which finds nothing compiled. Each time the plan is
 * another one, since what targets have in common is kept with it. `npm run bench targets [-- --sizes 1000,4000,16000]`; Compose holds 8,192 networks.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { report } from './support/report.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'headgate-bench-'));
const at = process.argv.indexOf('--sizes');
const sizes = (at < 0 ? '1000,4000' : process.argv[at + 1]).split(',').map(Number);
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** Each component takes what the two behind it offer. */
function planOf(count) {
  const none = { slots: {}, resources: {}, childTemplates: {}, metadata: null, configSchema: null, manifest: 'one' };
  const origin = { kind: 'manifest', source: 'scenario', pointer: '' };
  const digest = `sha256:${'A'.repeat(43)}=`;
  const components = Array.from({ length: count }, (_, i) => ({
    ...none,
    moniker: `/c${String(i).padStart(5, '0')}`,
    digest,
    origin,
    program: {
      image: 'acme/one:1',
      entrypoint: ['/run'],
      env: i + 2 < count ? { LEFT: '${slots.left.url}', RIGHT: '${slots.right.url}' } : {},
      network: { endpoints: [{ name: 'api', port: 8080, protocol: 'http' }] },
    },
    config: { object: {} },
    provides: { out: { kind: 'http', profile: null, endpoint: 'api' } },
  }));
  const edge = (to, slot, from) => ({
    id: `${components[to].moniker}.${slot}`,
    hop: null,
    from: { kind: 'component', component: components[from].moniker, provide: 'out' },
    to: { component: components[to].moniker, slot },
    capability: { kind: 'http', profile: null },
    protocol: 'http',
    weak: false,
    origin,
  });
  const edges = components.flatMap((_, i) => (i + 2 < count ? [edge(i, 'left', i + 1), edge(i, 'right', i + 2)] : []));
  const config = { schema: null, leaves: [] };
  const rest = { sources: [], exports: [], externals: [], config, storage: [], policies: [] };
  const scenario = { root: 'scenario', digest, languageVersions: ['0.4.0'] };
  return { schema: 'headgate.plan', version: 1, planDigest: digest, scenario, components, edges, ...rest };
}

const rounds = 3;

/** Time on the clock and time of the processor, in ms. */
function timed(work) {
  const used = process.cpuUsage();
  const start = performance.now();
  const value = work();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  return { ms, cpu: (user + system) / 1000, value };
}

try {
  const out = join(folder, 'targets.mjs');
  const from = (path, names) => `export { ${names} } from ${JSON.stringify(join(root, path))};`;
  await build({
    stdin: {
      contents: [
        from('src/cli/optimise-later.ts', 'optimiseLater'),
        from('src/phases/7-emit/emitters.ts', 'emitPlan'),
        from('src/plan/targets/compose/check.ts', 'checkCompose'),
        from('src/plan/targets/kubernetes/check.ts', 'checkKubernetes'),
      ].join('\n'),
      resolveDir: root,
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: out,
    logLevel: 'error',
  });
  const { optimiseLater, emitPlan, checkCompose, checkKubernetes } = await import(pathToFileURL(out).href);
  const starts = Array.from({ length: 5 }, () => timed(() => execFileSync(process.execPath, ['-e', '0'])).ms);
  const start = median(starts);
  const spent = 'const { user, system } = process.cpuUsage(); console.log((user + system) / 1000);';
  const startCpu = median(starts.map(() => Number(execFileSync(process.execPath, ['-e', spent]))));
  console.log(`${'node -e 0'.padEnd(48)} ${start.toFixed(0)} ms   ${startCpu.toFixed(0)} ms of the processor`);
  const checks = { compose: checkCompose, kubernetes: checkKubernetes };
  for (const size of sizes) {
    // Compose has no place for more networks.
    const kinds = size < 8192 ? ['compose', 'kubernetes'] : ['kubernetes'];
    const taken = Array.from({ length: rounds }, () => {
      const plan = planOf(size);
      // As the command line does.
      optimiseLater(size);
      return kinds.map((kind) => {
        const written = timed(() => emitPlan(kind, { plan }, () => {}));
        const read = timed(() => checks[kind](written.value, plan));
        if (written.value.size === 0 || read.value.length > 0)
          throw new Error(`${size}: ${read.value[0] ?? 'nothing was written'}`);
        const bytes = [...written.value.values()].reduce((all, text) => all + text.length, 0);
        return { written: { ...written, value: bytes }, read };
      });
    });
    const middle = (of) => median(taken.map(of));
    const sum = (round, of) => round.reduce((all, one) => all + of(one), 0);
    for (const [at, kind] of kinds.entries()) {
      const title = `${kind}: ${size} components`;
      const show = (name, part) =>
        report({
          name: `${title}, ${name}`,
          value: middle((round) => round[at][part].ms),
          unit: 'ms',
          note: `${middle((round) => round[at][part].cpu).toFixed(0)} ms of the processor`,
        });
      show('written and read back', 'written');
      show('read back', 'read');
      report({ name: `${title}, size`, value: taken[0][at].written.value / 1024, unit: 'KiB' });
    }
    const ms = middle((round) => sum(round, ({ written }) => written.ms));
    const cpu = middle((round) => sum(round, ({ written }) => written.cpu));
    const first = ['ms', 'cpu'].map((clock) => sum(taken[0], ({ written }) => written[clock]).toFixed(0));
    const note = `${cpu.toFixed(0)} ms of the processor, ${(cpu / startCpu).toFixed(2)} × node -e 0; the first time ${first[0]} ms, ${first[1]} of the processor`;
    const goal = size === 4000 ? { goal: 1500 } : {};
    report({
      name: `targets: ${kinds.join(' and ')}, ${size} components`,
      value: ms,
      unit: 'ms',
      times: ms / start,
      note,
      ...goal,
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
