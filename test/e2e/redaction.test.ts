/** examples/redaction: compiled with its real policies, and the rewritten chain really run. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { send, startStub } from '../support/loopback.ts';
import { type RunningPlan, type RunPlanOptions, runPlan } from '../support/run-plan.ts';

const example = resolve('examples/redaction');
const terms = ['ORBIT-7731', 'key-4f1d9a'];
const sentInClear = '{"launch_code": "ORBIT-7731", "api_key": "key-4f1d9a"}';
const sha256 = /^sha256:[A-Za-z0-9+/]{43}=$/;
const policies = [
  { name: 'python', scenario: 'scenario.yaml' },
  { name: 'js', scenario: 'scenario-js.yaml' },
  { name: 'js-sdk', scenario: 'scenario-js-sdk.yaml' },
] as const;

let folder = '';
let sandbox: 'bubblewrap' | 'none' = 'bubblewrap';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-redaction-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const headgate = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [resolve('dist/cli.cjs'), ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });

/** Machines of contributors may have no sandbox; then the example still has to work without one. */
function compile(path: string, env: Readonly<Record<string, string>> = {}): { plan: DeploymentPlan; ir: IrLike } {
  const ir = join(folder, 'ir.json');
  const args = ['compile', path, '--emit', 'plan=-', '--emit', `ir=${ir}`];
  const run = () => headgate(sandbox === 'none' ? [...args, '--no-sandbox'] : args, env);
  let done = run();
  if (done.stderr.includes('govern/policy-sandbox') && process.env['CI'] === undefined) {
    console.warn(`policies run without a sandbox, because none can be made here:\n${done.stderr}`);
    sandbox = 'none';
    done = run();
  }
  expect(done.stderr.replace(/^warning: --no-sandbox.*\n/, '')).toBe('');
  expect(done.status).toBe(0);
  return { plan: JSON.parse(done.stdout) as DeploymentPlan, ir: JSON.parse(readFileSync(ir, 'utf8')) as IrLike };
}

interface IrLike {
  readonly components: readonly { readonly id: number; readonly moniker: string; readonly config: unknown }[];
  readonly bindings: readonly {
    readonly from: { readonly component: number; readonly provide: string };
    readonly to: { readonly component: number; readonly slot: string };
  }[];
}

/** A copy of the example, with its root manifest changed. */
function variant(name: string, change: (manifest: string) => string): string {
  const copy = join(folder, name);
  cpSync(example, copy, { recursive: true });
  const root = join(copy, 'scenario.yaml');
  const before = readFileSync(root, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(root, after);
  return root;
}

let running: RunningPlan | undefined;
afterEach(async () => {
  await running?.stop();
  running = undefined;
});
const run = async (plan: DeploymentPlan, options?: RunPlanOptions): Promise<RunningPlan> => {
  running = await runPlan(plan, options);
  return running;
};

interface Status {
  readonly sent: string;
  readonly received: string | null;
  readonly error: string | null;
}
const statusOf = async (plan: RunningPlan): Promise<Status> => {
  const response = await fetch(`${plan.exports['status']}/status`);
  expect(response.status).toBe(200);
  return (await response.json()) as Status;
};

describe.each(policies)('examples/redaction, policy in $name', ({ name, scenario }) => {
  const root = join(example, scenario);

  it('is without a warning', () => {
    const { status, stderr } = headgate(['check', root, '-D', 'warnings']);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('says in the plan where the interposer comes from', () => {
    const { plan, ir } = compile(root);
    const policy = plan.policies.find(({ policy }) => policy === '#redaction.apply');
    expect(policy).toMatchObject({
      scope: '/',
      use: 'redaction',
      manifest: `policy-${name}/manifest`,
      sandbox,
      edgesShown: 2,
      edgesMatched: 1,
      interposers: ['/__overlay_0_0'],
    });
    const manifest = plan.sources.find((source) => source.name === `policy-${name}/manifest`);
    const interposer = plan.components.find(({ moniker }) => moniker === '/__overlay_0_0');
    expect(interposer?.origin).toEqual({
      kind: 'policy',
      source: scenario.replace('.yaml', ''),
      pointer: '/policies/0',
      scope: '/',
      policy: '#redaction.apply',
      policyDigest: manifest?.digest,
      requestDigest: expect.stringMatching(sha256),
      answerDigest: expect.stringMatching(sha256),
      interposition: 0,
      edges: ['/caller.agent'],
      reason: 'agents talk over this edge, so 2 terms are redacted in both directions',
    });
    expect(interposer?.origin).toMatchObject({
      requestDigest: policy?.requestDigest,
      answerDigest: policy?.answerDigest,
    });
    const monikers = new Map(ir.components.map(({ id, moniker }) => [id, moniker]));
    const hops = ir.bindings.map(
      ({ from, to }) => `${monikers.get(from.component)}.${from.provide} -> ${monikers.get(to.component)}.${to.slot}`,
    );
    expect(hops.sort()).toEqual([
      '/__overlay_0_0.downstream -> /caller.agent',
      '/responder.a2a -> /__overlay_0_0.upstream',
    ]);
  });

  it('hands references on, and never a value', () => {
    const secrets = { HEADGATE_CONFIG_LAUNCH_CODE: 'code-from-outside', HEADGATE_CONFIG_API_KEY: 'key-from-outside' };
    const { plan, ir } = compile(root, secrets);
    expect(JSON.stringify([plan, ir])).not.toContain('from-outside');
    expect(plan.planDigest).toBe(compile(root).plan.planDigest);
    expect(ir.components.find(({ moniker }) => moniker === '/__overlay_0_0')?.config).toEqual({
      redaction_terms: ['${config.launch_code}', '${config.api_key}'],
    });
  });

  it('redacts what the running caller sends', async () => {
    const plan = await run(compile(root).plan);
    const status = await statusOf(plan);
    expect(status.sent).toBe(sentInClear);
    expect(status.error).toBeNull();
    const redacted = '{"launch_code": "[REDACTED]", "api_key": "[REDACTED]"}';
    expect(JSON.parse(status.received ?? '')).toEqual({
      echo: redacted,
      text: `I was told ${redacted}, and I tell everybody.`,
    });
    expect(await plan.stop()).toEqual({ '/__overlay_0_0': 0, '/caller': 0, '/responder': 0 });
  });

  it('redacts both directions and keeps everything else', async () => {
    const { plan } = compile(root);
    const stub = await startStub({ cookie: terms[0] as string, body: terms[1] as string });
    try {
      const only = { only: ['/__overlay_0_0'], urls: { '/responder.a2a': stub.url } };
      const url = (await run(plan, only)).urlOf('/__overlay_0_0.downstream');
      const answer = await send(`${url}/deep/path?q=${terms[0]}&b=%20c`, {
        method: 'PUT',
        headers: { 'content-type': 'text/markdown', 'x-kept': `is ${terms[1]}`, connection: 'x-hop', 'x-hop': '1' },
        body: `before ${terms[0]} ö ${terms[1]}${terms[1]} after`,
      });
      expect(stub.seen).toMatchObject({
        method: 'PUT',
        url: '/deep/path?q=%5BREDACTED%5D&b=%20c',
        body: 'before [REDACTED] ö [REDACTED][REDACTED] after',
      });
      expect(stub.seen?.headers).toMatchObject({ 'content-type': 'text/markdown', 'x-kept': 'is [REDACTED]' });
      expect(stub.seen?.headers).not.toHaveProperty('x-hop');
      expect(answer.status).toBe(418);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'set-cookie': ['a=1', 'b=[REDACTED]'],
      });
      expect(answer.body).toBe('ä [REDACTED]!');
    } finally {
      stub.close();
    }
  });

  it('answers 502 when nothing is behind it, and refuses what it cannot read', async () => {
    const stub = await startStub({ cookie: terms[0] as string, body: terms[1] as string });
    stub.close();
    const only = { only: ['/__overlay_0_0'], urls: { '/responder.a2a': stub.url } };
    const url = (await run(compile(root).plan, only)).urlOf('/__overlay_0_0.downstream');
    expect((await send(url, { method: 'POST', headers: {}, body: 'x' })).status).toBe(502);
    const zipped = await send(url, { method: 'POST', headers: { 'content-encoding': 'gzip' }, body: 'x' });
    expect(zipped.status).toBe(415);
  });

  it('gives every edge an interposer with a port of its own', () => {
    const root = variant(`several-${name}`, (manifest) =>
      manifest
        .replace('./policy-python/', `./policy-${name}/`)
        .replace('  responder: ./responder', '  second: ./responder/manifest.yaml\n  responder: ./responder')
        .replace('components:\n', 'components:\n  asking: ./asking.yaml\n')
        .replace('bindings:\n', 'bindings:\n  - { to: "#asking.agent", from: "#second.a2a" }\n'),
    );
    writeFileSync(
      join(root, '../asking.yaml'),
      'manifest_version: "0.4.0"\nprogram: { path: /bin/true, args: ["${slots.agent.url}"] }\nslots: { agent: { kind: a2a } }\n',
    );
    const { plan } = compileWithWarnings(root);
    const interposers = plan.components.filter(({ origin }) => origin.kind === 'policy');
    expect(interposers.map(({ origin }) => 'edges' in origin && origin.edges)).toEqual([
      ['/asking.agent'],
      ['/caller.agent'],
    ]);
    const ports = interposers.map(({ program }) => (program as PathLike).network.endpoints[0]?.port);
    expect(ports).toEqual([18130, 18131]);
  });
});

interface PathLike {
  readonly network: { readonly endpoints: readonly { readonly port: number }[] };
}

describe('examples/redaction', () => {
  it('sends in clear without policies', async () => {
    const root = variant('ungoverned', (manifest) => manifest.replace(/^policies: .*$/m, 'policies: []'));
    const { plan } = compileWithWarnings(root);
    expect(plan.policies).toEqual([]);
    const status = await statusOf(await run(plan));
    expect(status.sent).toBe(sentInClear);
    expect(status.error).toBeNull();
    expect(JSON.parse(status.received ?? '').echo).toBe(sentInClear);
  });

  it('says which port is taken', async () => {
    const other = createServer();
    await new Promise<void>((done) => other.listen(18101, '127.0.0.1', done));
    const { plan } = compile(join(example, 'scenario.yaml'));
    await expect(run(plan)).rejects.toThrow('port 18101, endpoint `agent` of /responder, is in use by another program');
    other.close();
  });

  it('has types that hold', () => {
    const files = ['policy.mjs', 'interposer.mjs', 'types.d.ts'].map((file) => join(example, 'policy-js', file));
    const strict = ['--strict', '--noUncheckedIndexedAccess', '--noPropertyAccessFromIndexSignature'];
    const options = ['--ignoreConfig', '--noEmit', '--allowJs', '--checkJs', ...strict, '--types', 'node'];
    const language = ['--module', 'nodenext', '--target', 'es2023'];
    const tsc = resolve('node_modules/typescript/bin/tsc');
    const done = spawnSync(process.execPath, [tsc, ...options, ...language, ...files], { encoding: 'utf8' });
    expect(done.stdout).toBe('');
    expect(done.status).toBe(0);
  });

  it('is what the README begins with', () => {
    const readme = readFileSync('README.md', 'utf8');
    const blocks = [...readme.matchAll(/^```bash\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
    expect(blocks.slice(0, 2)).toEqual([
      'bash scripts/install-system.sh && npm ci && npx headgate compile examples/redaction/scenario.yaml\n',
      'bash scripts/install-system.sh && npm ci && npm test\n',
    ]);
  });
});

function compileWithWarnings(root: string): { plan: DeploymentPlan } {
  const args = ['compile', root, ...(sandbox === 'none' ? ['--no-sandbox'] : [])];
  const { status, stdout, stderr } = headgate(args);
  expect(status, stderr).toBe(0);
  return { plan: JSON.parse(stdout) as DeploymentPlan };
}
