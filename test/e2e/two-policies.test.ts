/** Two policies of one list, run for real: what explains, verifies and signs the plan that they make. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeploymentPlan } from '../../src/ir/plan-schema.ts';
import { linksOfPlan, obligationsOfPlan } from '../../src/plan/prove/from-plan.ts';
import { prove } from '../../src/plan/prove/prove.ts';
import { type CliRun, runCli } from '../support/cli.ts';

let folder = '';
let sandbox: readonly string[] = [];

const server = (port: number, more = ''): string => `manifest_version: "0.4.0"
program:
  path: /bin/true
  network:
    endpoints: [{ name: api, port: ${port} }]
${more}provides:
  api: { kind: http, endpoint: api }
exports:
  api: provides.api
`;
const policy = (name: string, port: number): string => `manifest_version: "0.4.0"
program:
  path: /usr/bin/env
  args: [python3, -u, policy.py, ${name}, "${port}"]
  network:
    endpoints: [{ name: policy, port: ${port} }]
provides:
  apply: { kind: http, profile: policy, endpoint: policy }
exports:
  apply: provides.apply
`;
/** `audit` knows its own interposers and leaves their edges alone; `redact` does not. Each start leaves a mark where it may. */
const program = `import json, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

name, port = sys.argv[1], int(sys.argv[2])


def interposer(edge):
    return {
        "reason": f"{name} sits on everything between components",
        "interposer": {
            "program": {"path": f"/opt/{name}", "args": ["\${slots.up.url}"], "network": {"endpoints": [{"name": "down", "port": port + 100 + edge["id"]}]}},
            "slots": {"up": edge["capability"]},
            "provides": {"down": {**edge["capability"], "endpoint": "down"}},
            "metadata": {"by": name},
        },
        "attachments": [{"target": edge["id"], "interposer_slot": "up", "interposer_provide": "down"}],
    }


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        scope = json.loads(self.rfile.read(int(self.headers["content-length"])))["scope"]
        known = any((c["metadata"] or {}).get("by") == name for c in scope["components"])
        edges = [] if known and name == "audit" else scope["bindings"]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps({"interpositions": [interposer(e) for e in edges]}).encode())

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", port), Handler).serve_forever()
`;
const scenario = (policies: string): string => `manifest_version: "0.4.0"
components:
  api: ./api.yaml
  web: ./web.yaml
bindings:
  - { to: "#web.data", from: "#api.api" }
exports:
  site: "#web.api"
use:
  redact: ./redact/manifest.yaml
  audit: ./audit/manifest.yaml
policies: [${policies}]
`;

const headgate = (...args: readonly string[]): CliRun => {
  const compiling = args[0] !== 'attest' || args.includes('--relink');
  return runCli([...args, ...(compiling ? sandbox : [])], { cwd: folder });
};
const text = (file: string): string => readFileSync(join(folder, file), 'utf8');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'headgate-two-'));
  writeFileSync(join(folder, 'api.yaml'), server(8001));
  writeFileSync(
    join(folder, 'web.yaml'),
    server(8002, 'slots:\n  data: { kind: http }\n').replace('  network:', '  args: ["${slots.data.url}"]\n  network:'),
  );
  for (const [name, port] of [
    ['redact', 18310],
    ['audit', 18311],
  ] as const) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'manifest.yaml'), policy(name, port));
    writeFileSync(join(folder, name, 'policy.py'), program);
  }
  writeFileSync(join(folder, 'scenario.yaml'), scenario('"#redact.apply", "#audit.apply"'));
  let done = headgate('compile', 'scenario.yaml', '--emit', 'plan=plan.json');
  if (done.stderr.includes('govern/policy-sandbox') && process.env['CI'] === undefined) {
    sandbox = ['--no-sandbox'];
    done = headgate('compile', 'scenario.yaml', '--emit', 'plan=plan.json');
  }
  expect(done.status, done.stderr).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the plan', () => {
  it('lets nothing around an interposer, and is seen to when it does', () => {
    const plan = JSON.parse(text('plan.json')) as DeploymentPlan;
    const obligations = obligationsOfPlan(plan);
    const links = linksOfPlan(plan);
    expect(obligations.map(({ chain }) => chain.map((hop) => hop.interposer))).toContainEqual([
      '/__overlay_0_0',
      '/__overlay_1_0',
    ]);
    expect(prove(obligations, links, { exact: true })).toEqual([]);
    expect(prove(obligations, [...links, { from: '/api.api', to: '/web.data' }])).toHaveLength(1);
  });
});

describe('explain', () => {
  it('shows the chain with lines of the manifest', () => {
    const { status, stdout, stderr } = headgate('explain', 'scenario.yaml', '/web.data');
    expect(stderr.replace(/^warning: --no-sandbox.*\n/, '')).toBe('');
    expect(status).toBe(0);
    const lines = stdout.split('\n').map((line) => line.trim().replace(/ +/g, ' '));
    expect(lines).toEqual(
      expect.arrayContaining([
        'written scenario.yaml:6:5',
        'passes 2 interposers',
        'named scenario.yaml:12:12',
        'reason redact sits on everything between components',
        'order the list of scope `/` has `#redact.apply` (entry 1) before `#audit.apply` (entry 2)',
      ]),
    );
  });

  it('agrees with what the plan says of itself', () => {
    const fromScenario = JSON.parse(headgate('explain', 'scenario.yaml', '/web.data', '--format', 'json').stdout);
    const fromPlan = JSON.parse(headgate('explain', 'plan.json', '/web.data', '--format', 'json').stdout);
    const elsewhere = headgate('explain', 'plan.json', '/web.data', '--format', 'json', '--source-dir', 'audit').stdout;
    const places = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (key, v) => (key === 'at' ? undefined : v)));
    // The manifests lie beside the plan.
    expect(fromPlan).toEqual(fromScenario);
    expect(places(fromScenario)).toEqual(JSON.parse(elsewhere));
    expect(fromScenario).not.toEqual(JSON.parse(elsewhere));
    const json = (...args: readonly string[]): unknown =>
      JSON.parse(headgate('explain', ...args, '--format', 'json').stdout);
    for (const name of ['site', '/web', '/__overlay_1_0'])
      expect(json('plan.json', name)).toEqual(json('scenario.yaml', name));
  });

  it('shows the graph and an edge without a policy', () => {
    const { status, stdout } = headgate('explain', 'scenario.yaml', '--without', 'redact');
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => /^[-+]\//.test(line))).toEqual([
      '-/api.api -> /__overlay_0_0 (#redact.apply of /) -> /__overlay_1_0 (#audit.apply of /) -> /web.data',
      '+/api.api -> /__overlay_1_0 (#audit.apply of /) -> /web.data',
    ]);
    const json = JSON.parse(
      headgate('explain', 'scenario.yaml', '/web.data', '--without', '#audit.apply', '--format', 'json').stdout,
    );
    const through = (explained: { hops: { interposer?: { moniker: string } }[] }[]): unknown =>
      explained[0]?.hops.flatMap((hop) => hop.interposer?.moniker ?? []);
    expect(through(json.explained)).toEqual(['/__overlay_0_0', '/__overlay_1_0']);
    expect(through(json.without.explained)).toEqual(['/__overlay_0_0']);
    expect(headgate('explain', 'scenario.yaml', 'site', '--without', 'redact').stdout).toBe(
      'without `redact` nothing is different here\n',
    );
  });

  it('proposes what was probably meant', () => {
    const near = headgate('explain', 'scenario.yaml', '/web.dat');
    expect([near.status, near.stdout]).toEqual([2, '']);
    expect(near.stderr).toContain('did you mean `/web.data`?');
    expect(headgate('explain', 'scenario.yaml', 'data').stderr).toContain('did you mean `/web.data`?');
    const policyName = headgate('explain', 'scenario.yaml', '--without', 'redactt');
    expect([policyName.status, policyName.stdout]).toEqual([2, '']);
    expect(policyName.stderr).toContain('did you mean `redact`?');
    expect(headgate('explain', 'scenario.yaml').stderr).toContain('name an edge, an export or a component');
  });
});

describe('verification of policies', () => {
  it('tells which edges depend on the order of the list', () => {
    const done = headgate('compile', 'scenario.yaml', '--emit', 'plan=ordered.json', '--verify-order');
    expect(done.status).toBe(0);
    expect(done.stderr).toContain('warning[govern/order-matters]');
    expect(done.stderr.replace(/\s+/g, ' ')).toContain(
      'edge `/web.data` goes through `#audit.apply -> #redact.apply` instead',
    );
    expect(text('ordered.json')).toBe(text('plan.json'));
    const denied = headgate('compile', 'scenario.yaml', '--verify-order', '-D', 'govern/order-matters');
    expect([denied.status, denied.stdout]).toEqual([1, '']);
  });

  it('tells which policies are not at rest', () => {
    const done = headgate('compile', 'scenario.yaml', '--emit', 'plan=rest.json', '--verify-fixpoint');
    expect(done.status).toBe(0);
    expect(done.stderr.match(/warning\[govern\/no-fixpoint\]: policy `[^`]+`/g)).toEqual([
      'warning[govern/no-fixpoint]: policy `#redact.apply`',
    ]);
    expect(text('rest.json')).toBe(text('plan.json'));
    const frozen = headgate('compile', 'scenario.yaml', '--frozen', '--verify-fixpoint');
    expect(frozen.status).toBe(2);
  });
});

describe('attest', () => {
  const verify = (...args: readonly string[]): CliRun =>
    headgate('attest', 'verify', 'plan.att.json', '--key', 'key.pub', '--plan', 'plan.json', ...args);

  it('signs, verifies and links again to the same bytes', () => {
    const keys = headgate('attest', 'keygen', '--out', 'key');
    expect(keys.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(headgate('attest', 'plan.json', '--key', 'key', '--out', 'plan.att.json').status).toBe(0);
    const whole = runCli(['attest', 'scenario.yaml', '--key', 'key', '--out', '-', ...sandbox], { cwd: folder });
    expect(whole.stdout).toBe(text('plan.att.json'));
    const verified = verify('--relink', 'scenario.yaml', '--format', 'json');
    expect(verified.status, verified.stderr).toBe(0);
    expect(JSON.parse(verified.stdout)).toMatchObject({ verified: true, keyid: keys.stdout.trim(), relinked: true });
  });

  it('refuses another plan, and a scenario that gives another one', () => {
    cpSync(join(folder, 'plan.json'), join(folder, 'kept.json'));
    const plan = text('plan.json');
    writeFileSync(join(folder, 'plan.json'), plan.replace('/opt/audit', '/opt/audio'));
    expect(verify().stderr).toContain('error[attest/wrong-subject]');
    writeFileSync(join(folder, 'plan.json'), plan);
    writeFileSync(join(folder, 'scenario.yaml'), scenario('"#audit.apply", "#redact.apply"'));
    const { status, stdout, stderr } = verify('--relink', 'scenario.yaml');
    writeFileSync(join(folder, 'scenario.yaml'), scenario('"#redact.apply", "#audit.apply"'));
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toContain('error[attest/relink-differs]');
    expect(stderr.replace(/\s+/g, ' ')).toContain('`scenario` was changed');
    expect(verify('--relink', 'scenario.yaml').status).toBe(0);
  });

  it('links again from the lock where there is one, with no policy that runs', () => {
    const recorded = headgate('compile', 'scenario.yaml', '--emit', 'lock=headgate.lock');
    expect(recorded.status, recorded.stderr).toBe(0);
    // Whoever asked one of these would get no answer.
    const dead = ['--policy', 'redact=http://127.0.0.1:1', '--policy', 'audit=http://127.0.0.1:1'];
    expect(headgate('compile', 'scenario.yaml', ...dead).stderr).toContain('error[govern/policy-ask]');
    const again = verify('--relink', 'scenario.yaml', ...dead);
    const without = headgate('explain', 'scenario.yaml', '--without', '/redact', '--frozen');
    expect(without.stdout).toContain('\n+/api.api -> /__overlay_1_0 (#audit.apply of /) -> /web.data\n');
    expect(again.stderr).toBe('');
    expect(again.status).toBe(0);
  });

  it('writes over no key', () => {
    const { status, stderr } = headgate('attest', 'keygen', '--out', 'key');
    expect(status).toBe(2);
    expect(stderr).toContain('keys are not written over');
    expect(resolve(folder, 'key')).toBe(join(folder, 'key'));
  });
});
