/** What URLs a bundle has, and that a scenario means the same with them. */
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openBundle } from '../../../../../src/adapters/loaders/bundle-loader.ts';
import { createMemoryLoader } from '../../../../../src/adapters/loaders/memory-loader.ts';
import { type Compiled, compile } from '../../../../../src/compile.ts';
import { createStubPolicyClient } from '../../../../support/stub-policy-client.ts';
import { createTempFolder } from '../../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const manifest = (fields = ''): string => `manifest_version: "0.4.0"\n${fields}\n`;
const children = (...urls: readonly string[]): string =>
  manifest(`components: { ${urls.map((url, i) => `c${i}: ${JSON.stringify(url)}`).join(', ')} }`);
const leaf = (id: string): string => manifest(`program: { path: /bin/${id} }`);

interface Made {
  readonly first: Compiled;
  readonly second: Compiled;
  readonly root: string;
  readonly urls: readonly string[];
  readonly text: string;
}

/** Compiles, bundles, and compiles what lies on the disk then. */
async function through(
  files: Readonly<Record<string, string>>,
  input = 'file:///home/alice/shop/deploy/scenario.yaml',
  redirects: ReadonlyMap<string, string> = new Map(),
): Promise<Made> {
  const ask = { policyClient: createStubPolicyClient(new Map()) };
  const loader = createMemoryLoader(new Map(Object.entries(files)), { redirects });
  const result = await compile({ input, baseDir: new URL('.', input).href, loader, ...ask });
  const first = result.compiled;
  if (!first) throw new Error(JSON.stringify(result.diagnostics));
  const emitted = Object.fromEntries(first.emit('bundle'));
  const { bundle, diagnostics } = await openBundle(join(temp.lay(emitted)), 'shop');
  if (!bundle) throw new Error(JSON.stringify(diagnostics));
  const again = await compile({ input: bundle.rootUrl, baseDir: bundle.baseDir, loader: bundle.loader, ...ask });
  if (!again.compiled) throw new Error(JSON.stringify(again.diagnostics));
  const index = JSON.parse(emitted['bundle.json'] ?? '') as { root_url: string; requests: { url: string }[] };
  const urls = index.requests.map(({ url }) => url);
  return { first, second: again.compiled, root: index.root_url, urls, text: Object.values(emitted).join('\n') };
}

it('start at the folder of the root when nothing leads out of it', async () => {
  const made = await through({
    'file:///home/alice/shop/deploy/scenario.yaml': children('./a.yaml', 'parts/../parts/b.yaml', './x/./c%20d.yaml'),
    'file:///home/alice/shop/deploy/a.yaml': leaf('a'),
    'file:///home/alice/shop/deploy/parts/b.yaml': children('../a.yaml'),
    'file:///home/alice/shop/deploy/x/c%20d.yaml': leaf('c'),
  });
  expect(made.root).toBe('bundle:///scenario.yaml');
  expect(made.urls).toEqual([
    'bundle:///a.yaml',
    'bundle:///parts/b.yaml',
    'bundle:///scenario.yaml',
    'bundle:///x/c%20d.yaml',
  ]);
  expect(made.second.planText).toBe(made.first.planText);
});

it('start at the highest folder that a reference or a file climbs to, and no higher', async () => {
  const made = await through({
    'file:///home/alice/shop/deploy/scenario.yaml': children('../shared/a.yaml'),
    'file:///home/alice/shop/shared/a.yaml': `${children('../deploy/b.yaml', 'deep/c.yaml')}program: { path: /a, args: [{ file: ../run.sh }] }\n`,
    'file:///home/alice/shop/deploy/b.yaml': leaf('b'),
    'file:///home/alice/shop/shared/deep/c.yaml': leaf('c'),
    'file:///home/alice/shop/run.sh': 'true\n',
  });
  expect(made.root).toBe('bundle:///deploy/scenario.yaml');
  expect(made.urls).toContain('bundle:///shared/deep/c.yaml');
  expect(made.text).not.toContain('alice');
  expect(made.second.planText).toBe(made.first.planText);
  expect(made.second.plan.sources.map((s) => s.name)).toContain('../run.sh');
});

it('keep http(s), and what it redirects to', async () => {
  const made = await through(
    {
      'file:///home/alice/scenario.yaml': children('https://example.org/v/a.yaml'),
      'https://example.org/v2/a.yaml': children('./b.yaml'),
      'https://example.org/v2/b.yaml': leaf('b'),
    },
    'file:///home/alice/scenario.yaml',
    new Map([['https://example.org/v/a.yaml', 'https://example.org/v2/a.yaml']]),
  );
  expect(made.urls).toEqual([
    'bundle:///scenario.yaml',
    'https://example.org/v/a.yaml',
    'https://example.org/v2/b.yaml',
  ]);
  expect(made.second.planText).toBe(made.first.planText);
});

it('of a root from the network stay as they are', async () => {
  const made = await through(
    { 'https://example.org/s/scenario.yaml': children('../a.yaml'), 'https://example.org/a.yaml': leaf('a') },
    'https://example.org/s/scenario.yaml',
  );
  expect(made.root).toBe('https://example.org/s/scenario.yaml');
  expect(made.second.planText).toBe(made.first.planText);
  const [ir, again] = [made.first, made.second].map((compiled) => [...compiled.emit('ir').values()]);
  expect(again).toEqual(ir);
});

it('keep the absolute paths that a manifest holds, and tell no others', async () => {
  const made = await through({
    'file:///home/alice/shop/deploy/scenario.yaml': children('/opt/a.yaml', 'file:///opt/acme/b.yaml', './d.yaml'),
    'file:///opt/a.yaml': leaf('a'),
    'file:///opt/acme/b.yaml': children('../c.yaml'),
    'file:///opt/c.yaml': leaf('c'),
    'file:///home/alice/shop/deploy/d.yaml': leaf('d'),
  });
  expect(made.urls).toEqual([
    'bundle:///d.yaml',
    'bundle:///opt/a.yaml',
    'bundle:///opt/c.yaml',
    'bundle:///scenario.yaml',
    'file:///opt/acme/b.yaml',
  ]);
  expect(made.text).not.toContain('alice');
  // What an absolute path names is called by it: seen from the root's folder it was only right on one machine.
  const { sources: before, planDigest: _, ...first } = made.first.plan;
  const { sources: after, planDigest: __, ...second } = made.second.plan;
  expect(after.map((s) => s.name)).toEqual(['d', 'file:///opt/acme/b.yaml', 'opt/a', 'opt/c', 'scenario']);
  expect(before.map((s) => s.digest).sort()).toEqual(after.map((s) => s.digest).sort());
  const named = (value: unknown): string => JSON.stringify(value).replace(/"(?:manifest|source)":"[^"]*opt[^"]*"/g, '');
  expect(named(second)).toBe(named(first));
});

it('are whole paths where shortened ones would meet', async () => {
  const made = await through(
    {
      'file:///home/alice/scenario.yaml': children('./opt/a.yaml', '/opt/a.yaml'),
      'file:///home/alice/opt/a.yaml': leaf('near'),
      'file:///opt/a.yaml': leaf('far'),
    },
    'file:///home/alice/scenario.yaml',
  );
  expect(made.urls).toEqual([
    'bundle:///home/alice/opt/a.yaml',
    'bundle:///home/alice/scenario.yaml',
    'bundle:///opt/a.yaml',
  ]);
  expect(made.second.planText).toBe(made.first.planText);
});

it.each([
  '../../../../../home/alice/b.yaml',
  '..%2f../x.yaml',
  '.%2e/shared/%61.yaml',
  './a\\b.yaml',
  '../p/./../shared/a.yaml?x=1#y',
])('follow %s as the disk would', async (reference) => {
  const root = 'file:///home/alice/p/scenario.yaml';
  const target = new URL(new URL(reference, root).pathname, 'file:///').href;
  const plain = target.replace('%61', 'a');
  const made = await through({ [root]: children(reference), [plain]: leaf('x') }, root);
  expect(made.second.plan.components.length).toBe(2);
  expect(made.second.plan.planDigest === made.first.plan.planDigest || reference.includes('\\')).toBe(true);
});

it('are found below child templates too', async () => {
  const made = await through({
    'file:///home/alice/shop/deploy/scenario.yaml': manifest(
      'slots: { realm: { kind: component } }\nprogram: { path: /bin/x, env: { R: "${slots.realm.url}" } }\nchild_templates: { worker: { manifest: ./worker.yaml } }',
    ),
    'file:///home/alice/shop/deploy/worker.yaml': children('./tool.yaml'),
    'file:///home/alice/shop/deploy/tool.yaml': leaf('tool'),
  });
  expect(made.urls).toEqual(['bundle:///scenario.yaml', 'bundle:///tool.yaml', 'bundle:///worker.yaml']);
  expect(made.second.planText).toBe(made.first.planText);
  expect(made.first.plan.sources.map((s) => `${s.kind} ${s.name}`)).toEqual([
    'manifest scenario',
    'manifest tool',
    'manifest worker',
  ]);
  expect(made.first.planText).not.toContain('file:');
});

it('are not shown to policies, which are asked the same question of a bundle', async () => {
  const { first, second } = await through({
    'file:///home/alice/shop/deploy/scenario.yaml': manifest(
      'use: { p: ./policy.yaml }\npolicies: ["#p.apply"]\ncomponents: { boss: ./boss.yaml }\nbindings: [{ to: "#boss.realm", from: framework.component }]',
    ),
    'file:///home/alice/shop/deploy/policy.yaml': manifest(
      'program: { path: /bin/p, network: { endpoints: [{ name: h, port: 80 }] } }\nprovides: { apply: { kind: http, profile: policy, endpoint: h } }\nexports: { apply: provides.apply }',
    ),
    'file:///home/alice/shop/deploy/boss.yaml': manifest(
      'slots: { realm: { kind: component } }\nchild_templates: { worker: { manifest: ../worker.yaml } }\nprogram: { path: /bin/boss, args: ["${slots.realm.url}"] }',
    ),
    'file:///home/alice/shop/worker.yaml': leaf('worker'),
  });
  expect(first.plan.policies[0]?.requestDigest).toMatch(/^sha256:/);
  expect(second.planText).toBe(first.planText);
});
