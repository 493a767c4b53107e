#!/usr/bin/env node
/**
 * What the targets cost, Compose and Kubernetes: to write one, which reads it back, and to read it back alone. Beside it what starting node costs, for
 * a ratio that another machine shares. `npm run bench targets [-- --sizes 1000,4000]`.
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

function timed(work) {
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return median(times);
}

try {
  const out = join(folder, 'targets.mjs');
  const from = (path, names) => `export { ${names} } from ${JSON.stringify(join(root, path))};`;
  await build({
    stdin: {
      contents: [
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
  const { emitPlan, checkCompose, checkKubernetes } = await import(pathToFileURL(out).href);
  const start = timed(() => execFileSync(process.execPath, ['-e', '0']));
  console.log(`${'node -e 0'.padEnd(48)} ${start.toFixed(0)} ms`);
  for (const size of sizes) {
    const plan = planOf(size);
    let sum = 0;
    for (const [kind, check] of Object.entries({ compose: checkCompose, kubernetes: checkKubernetes })) {
      const emit = () => emitPlan(kind, { plan, text: '' }, () => {});
      const files = emit();
      const bytes = [...files.values()].reduce((all, text) => all + text.length, 0);
      const faults = check(files, plan);
      if (files.size === 0 || faults.length > 0) throw new Error(`${size}: ${faults[0] ?? 'nothing was written'}`);
      const title = `${kind}: ${size} components, ${plan.edges.length} edges`;
      const whole = timed(emit);
      sum += whole;
      report({ name: `${title}, written and read back`, value: whole, unit: 'ms' });
      report({ name: `${title}, read back`, value: timed(() => check(files, plan)), unit: 'ms' });
      report({ name: `${title}, size`, value: bytes / 1024, unit: 'KiB' });
    }
    const goal = size === 4000 ? { goal: 1500 } : {};
    report({ name: `targets: both, ${size} components`, value: sum, unit: 'ms', times: sum / start, ...goal });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
