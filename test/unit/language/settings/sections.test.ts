/** The sections of version 1: what their schema and their decoder say of the same text. */
import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import { readSettings } from '../../../../src/language/settings/index.ts';
import { componentFieldsNotYet, sectionsNotYet } from '../../../../src/language/settings/not-yet.ts';
import { settingsSchema } from '../../../../src/language/settings/schema.ts';
import { sections } from '../../../../src/language/settings/sections.ts';
import { loadSyntax } from '../../../../src/language/syntax/parse.ts';

await loadSyntax('yaml');
const accepts = new Ajv2020({ strict: false }).compile(settingsSchema());

const told = (text: string): readonly string[] => {
  const sink = createSink();
  readSettings({ file: 'headgate.yaml', text }, sink);
  return sink.diagnostics.map(({ code, at }) => `${code} ${text.slice(at?.range.start, at?.range.end)}`);
};

/** Every field of every section. */
const whole = `version: 1
components:
  /build:
    restart: never
    limits: { memoryMiB: 512 }
    egress: []
    profile: browser
    environment: lab
    workspace: src
    control: true
    creates: { templates: [worker], live: 8, total: 500, perMinute: 30, memoryMiB: 4096, delegate: false, orphans: destroy,
      policies: locked, open: { allow: ["https://x.example/jobs/**"], pins: lock } }
profiles:
  browser:
    type: personal
    runtime: { mode: " Evidence" }
    sandbox: { mode: ref, ref: isolated }
    permissions: approve-reads
    guidance: Use the browser that is installed.
    worker: { agent: w1, preferred: [w2], allowed: [w3], provider: p, model: m, capabilities: [browser] }
    budget: { wallClockSeconds: 600, cpuGpuComputeSeconds: 300, sandboxMemoryBytes: 1073741824, localDiskBytes: 1073741824, agentConcurrency: 2, connectorCalls: 100, modelCalls: 50, tokens: 100000 }
sandboxes:
  isolated: { processes: 512, memoryMiB: 2048, cacheMiB: 1024, egress: ["registry.example:443"], tools: [chromium] }
probes:
  answers:
    kind: api_smoke
    export: status
    requests:
      - { method: GET, path: /status, expect: { status: 200, schema: ./status.schema.json, maxMs: 500 } }
      - { method: POST, path: /items, headers: { content-type: application/json }, body: "{", expect: { status: [400, 499], headers: { x-kind: "" } } }
    ready: /healthz
    startupSeconds: 30
    required: true
  builds: { kind: headless_run, component: /build, argv: [./check.sh], budgetSeconds: 30, expectExit: 0 }
  looks: { kind: render_hash, export: ui, path: /, viewport: [1280, 720], golden: ./ui.png, maxDifferingPixels: 0 }
  tidy: { kind: headless_run, component: /build, argv: [./tidy.sh, ""], cwd: out, env: { LANG: C, EMPTY: "" }, stdin: ./in.txt, budgetSeconds: 5, required: false }
  draws: { kind: render_hash, export: ui, path: /, viewport: [640, 480], deviceScaleFactor: 2, waitFor: "#app", budgetSeconds: 20, hash: "sha256:0000000000000000000000000000000000000000000000000000000000000000", required: false }
  ends: { kind: sim_trace, component: /sim, argv: [./sim], ticks: 3, document: ./level.json, invariants: { terminal: { won: true, score: 3, by: a, next: null } }, traceHash: "sha256:0000000000000000000000000000000000000000000000000000000000000000", budgetSeconds: 9, required: false }
  moves: { kind: sim_trace, component: /sim, argv: [./sim, --ticks, "100"], ticks: 100, document: ./level.json, invariants: { monotonic: tick, minChanges: 3 } }
completion:
  requires: [answers, builds, looks, moves]
  then: stop
vaults:
  local: { provider: local_encrypted, default: true, file: ./secrets.vault, key: { file: ~/.config/headgate/local.key } }
  cloud: { provider: aws_secrets_manager, region: eu-west-1, namespace: team-a, prefix: headgate, endpoint: "http://127.0.0.1:5000" }
  bao: { provider: vault, address: "http://127.0.0.1:8200", mount: secret, auth: { method: token, tokenEnv: BAO_TOKEN } }
  role: { provider: vault, address: "http://127.0.0.1:8200", mount: secret, auth: { method: approle, roleIdEnv: R, secretIdEnv: S } }
environments:
  lab: { driver: ssh, host: 127.0.0.1, port: 2222, user: runner, workspacePath: /srv/headgate, privateKey: "secret://local/lab-key", knownHosts: ./known_hosts, strictHostKeyChecking: true }
workspaces:
  src: { source: ., kind: git_worktree, mode: isolated, exclude: ["node_modules/**"], conflictPolicy: keep_local, environment: lab }
grants:
  delegation: ./operator.yaml
experimental_features: [environments]
`;

describe('the sections of the settings', () => {
  it('take everything that version 1 has, and say of each thing that cannot be done yet that it cannot', () => {
    expect(accepts(parse(whole)), JSON.stringify(accepts.errors)).toBe(true);
    const refused = [...componentFieldsNotYet, ...sectionsNotYet].map((name) => `settings/not-yet ${name}`);
    expect([...told(whole)].sort()).toEqual([...refused].sort());
    for (const name of sectionsNotYet) expect(sections).toHaveProperty(name);
  });

  const digest = `sha256:${'0'.repeat(64)}`;
  it.each([
    ['kind: api_smok', 'invalid-value', 'api_smok'],
    ['kind: headless_run, component: /a, argv: ./check.sh, budgetSeconds: 1', 'wrong-type', './check.sh'],
    ['kind: headless_run, component: /a, argv: [], budgetSeconds: 1', 'invalid-value', '[]'],
    ['kind: headless_run, component: /a, argv: [a], budgetSeconds: 0', 'invalid-value', '0'],
    ['kind: headless_run, component: /a, argv: [a], budgetSeconds: 1, env: { A: 1 }', 'wrong-type', '1'],
    ['kind: render_hash, export: ui, path: /, viewport: [1], golden: a.png', 'invalid-value', '[1]'],
    ['kind: render_hash, export: ui, path: /, viewport: [1, 0], golden: a.png', 'invalid-value', '0'],
    [
      `kind: render_hash, export: ui, path: /, viewport: [1, 1], golden: a.png, hash: "${digest}"`,
      'invalid-value',
      `"${digest}"`,
    ],
    [
      `kind: render_hash, export: ui, path: /, viewport: [1, 1], hash: "${digest}", maxDifferingPixels: 1`,
      'invalid-value',
      '1',
    ],
    ['kind: render_hash, export: ui, path: /, viewport: [1, 1], hash: abc', 'invalid-value', 'abc'],
    [
      'kind: api_smoke, export: a, requests: [{ method: GET, path: /, expect: { status: [499, 400] } }]',
      'invalid-value',
      '[499, 400]',
    ],
    ['kind: api_smoke, export: a, requests: [{ method: GET, path: /, expect: { status: 99 } }]', 'invalid-value', '99'],
    ['kind: api_smoke, export: a, requests: [{ method: GET, path: a }]', 'invalid-value', 'a'],
    [
      'kind: sim_trace, component: /a, argv: [a], ticks: 1, document: d, invariants: { terminal: { a: [1] } }',
      'invalid-value',
      '[1]',
    ],
  ])('refuse a probe with %s', (fields, code, at) => {
    const found = told(`probes:\n  p: { ${fields} }`).filter((one) => !one.includes('not-yet'));
    expect(found).toEqual([`settings/${code} ${at}`]);
  });

  it.each(Object.getOwnPropertyNames(Object.prototype))('take `%s` for a name like any other', (name) => {
    const below = `{ ${name}: a, x: { ${name}: a } }`;
    for (const section of Object.keys(sections))
      for (const text of [`${section}: ${below}`, `${section}: { a: ${below} }`, `${section}: { ${name}: ${below} }`])
        expect(() => told(text), text).not.toThrow();
    for (const provider of ['local_encrypted', 'aws_secrets_manager', 'vault', name])
      expect(told(`vaults: { a: { provider: ${provider}, ${name}: ${below}, key: ${below} } }`).length).toBeGreaterThan(
        0,
      );
  });

  it('refuse two probes of one name', () => {
    const p = 'p: { kind: headless_run, component: /a, argv: [a], budgetSeconds: 1 }';
    expect(told(`probes:\n  ${p}\n  ${p}`).filter((one) => !one.includes('not-yet'))).toHaveLength(1);
  });

  it.each(['profile: default', 'environment: local'])('know %s without a declaration', (field) => {
    expect(told(`components: { /: { ${field} } }`).filter((one) => !one.includes('not-yet'))).toEqual([]);
  });

  const folder = 'golden/settings';
  const malformed = readdirSync(folder).filter((name) => /-(wrong-type|unknown-field|missing-field)$/.test(name));
  it.each(malformed)('are of one mind with the schema about %s', (name) => {
    const text = readFileSync(`${folder}/${name}/headgate.yaml`, 'utf8');
    expect(accepts(parse(text))).toBe(false);
    expect(told(text).join()).toMatch(/wrong-type|unknown-field|missing-field/);
  });
});
