/** Profiles as programs meet them: what they are told, and what their worker may do unasked. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/base/json.ts';
import type { PlanProfile } from '../../src/ir/plan-profile-schema.ts';
import { standingGuidance } from '../../src/plan/profiles/guidance.ts';
import { asUser, ownedByUser } from '../support/run/as-user.ts';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { planWith } from '../support/run/profiled.ts';
import { counting, type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options, start } = useRuns();

/** Prints its environment and the guidance, as JSON between marks, and ends. */
const telling = {
  restart: 'never' as const,
  manifest: {
    program: {
      path: '/usr/bin/env',
      args: [
        'python3',
        '-c',
        `import json, os
def guidance():
    path = os.environ.get('HEADGATE_GUIDANCE')
    if path is None: return None
    try: open(path, 'a'); return 'writable'
    except OSError: return open(path).read()
print('told ' + json.dumps({'env': {k: v for k, v in os.environ.items() if k.startswith('HEADGATE_')}, 'guidance': guidance()}))`,
      ],
    },
  },
};

interface Told {
  readonly env: Readonly<Record<string, string>>;
  readonly guidance: string | null;
}

const evidence: PlanProfile = {
  runtime: { mode: 'evidence' },
  sandbox: { mode: 'ref', ref: 'isolated' },
  permissions: 'approve-all',
};

/** Runs the program with this profile; what it was told, and what headgate said. */
function tell(
  profile: PlanProfile | undefined,
  more: { readonly args?: readonly string[]; readonly run?: Partial<RunOptions>; readonly path?: string } = {},
): { readonly told: Told; readonly status: number | null; readonly stderr: string; readonly run: RunOptions } {
  const path = more.path ?? lay(scenarioOf({ w: telling }));
  const plan = planWith(path, {
    components: { '/w': { profile: 'p' } },
    ...(profile ? { profiles: { p: profile } } : { profiles: { p: { ...evidence, runtime: { mode: 'default' } } } }),
    ...(profile?.sandbox.mode === 'ref' ? { sandboxes: { isolated: {} } } : {}),
  });
  const run = options({ cwd: dirname(plan), ...more.run });
  const { status, stderr } = headgate(['run', plan, '--trust-settings', ...(more.args ?? [])], run);
  const line = /told (\{.*\})$/m.exec(stderr)?.[1] ?? 'null';
  return { told: JSON.parse(line) as Told, status, stderr, run };
}

describe('000-7,15 what a program is told', () => {
  it('worker, provider, model, capabilities, mode and guidance are seen inside', () => {
    const { told, status, stderr } = tell({
      ...evidence,
      permissions: 'approve-reads',
      guidance: 'Use the browser that is installed.',
      worker: { agent: 'w1', chosenBy: 'agent', provider: 'p', model: 'm', capabilities: ['browser', 'shell'] },
    });
    expect(status, stderr).toBe(0);
    expect(told.env).toEqual({
      HEADGATE_RUNTIME_MODE: 'evidence',
      HEADGATE_GUIDANCE: '/run/headgate/guidance',
      HEADGATE_PERMISSIONS: 'approve-reads',
      HEADGATE_WORKER: 'w1',
      HEADGATE_PROVIDER: 'p',
      HEADGATE_MODEL: 'm',
      HEADGATE_CAPABILITIES: 'browser,shell',
    });
    expect(told.guidance).toBe(`${standingGuidance}\nUse the browser that is installed.\n`);
    expect(stderr).not.toContain('warning[');
  });
});

describe('000-15 which worker is chosen', () => {
  it.each([
    ['agent', '{ agent: w1, preferred: [w2], allowed: [w3] }', 'w1'],
    ['the first that is preferred', '{ preferred: [" w2 ", w3], allowed: [w4, w5] }', 'w2'],
    ['the only one that is allowed', '{ allowed: [w3, w3] }', 'w3'],
  ])('%s, as the program sees it', (_, worker, chosen) => {
    const path = lay({ ...scenarioOf({ w: telling }), ...settingsWith(worker) });
    const { status, stderr } = headgate(['run', path, '--trust-settings'], options({ cwd: dirname(path) }));
    expect(status, stderr).toBe(0);
    expect(stderr).toContain(`"HEADGATE_WORKER": "${chosen}"`);
    expect(stderr).toContain('"HEADGATE_CAPABILITIES": "a,b"');
  });

  it('nothing says it: an error names the candidates, and nothing runs', () => {
    const path = lay({ ...scenarioOf({ w: telling }), ...settingsWith('{ allowed: [w3, w4] }') });
    const { status, stderr } = headgate(['run', path, '--trust-settings'], options({ cwd: dirname(path) }));
    expect(status).toBe(2);
    expect(stderr.replace(/\s+/g, ' ')).toContain('nothing says which of `w3`, `w4` works');
    expect(stderr).not.toContain('told ');
  });
});

const settingsWith = (worker: string) => ({
  'headgate.yaml': `components: { /w: { restart: never, profile: p } }
profiles:
  p: { worker: ${worker.replace('}', ', capabilities: [" b ", a, b] }')} }
`,
});

describe('000-4,5,13 approve-all', () => {
  it('takes effect in evidence mode once the sandbox has passed its self-check, which is evidence that the journal names', () => {
    const { told, status, stderr, run } = tell(evidence);
    expect(status, stderr).toBe(0);
    expect(stderr).not.toContain('warning[');
    expect(told.env['HEADGATE_PERMISSIONS']).toBe('approve-all');
    const { predicate } = statementOf(run.stateDir);
    expect(predicate).toMatchObject({ probeKind: 'sandbox.self-check', passed: true, outcome: 'completed' });
    expect((predicate['details'] as JsonObject)['attempts']).toEqual(
      [
        'writing outside of its workspace',
        'a port on the loopback of the host',
        'processes of the host',
        '`.git` of the workspace',
        'key files',
        'settings of the kernel',
        'the keyring of the caller',
      ].map((what) => ({ what, outcome: 'denied' })),
    );
  });

  it('takes effect for a user without rights as well', () => {
    const stateDir = ownedByUser(folder, 'state-of-user');
    const { told, status, stderr } = tell(evidence, { run: { stateDir, wrap: asUser(folder) } });
    expect(status, stderr).toBe(0);
    expect(told.env['HEADGATE_PERMISSIONS'], stderr).toBe('approve-all');
    expect(told.guidance).toBe(standingGuidance);
  });

  it('does not where the self-check can read a key, and one warning says why', () => {
    // The folder of a manifest is shown to its program.
    const files = Object.entries(scenarioOf({ w: telling })).map(([name, text]) => [`home/.ssh/${name}`, text]);
    const folder = dirname(lay({ ...Object.fromEntries(files), 'home/.ssh/id_ed25519': 'canary' }));
    const { told, status, stderr, run } = tell(evidence, {
      path: join(folder, 'home/.ssh/scenario.json'),
      run: { env: { HOME: join(folder, 'home') } },
    });
    expect(status, stderr).toBe(0);
    expect(told.env['HEADGATE_PERMISSIONS']).toBe('approve-reads');
    expect(stderr.match(/^warning\[permissions_kept\].*$/gm)).toEqual([
      'warning[permissions_kept]: p: the self-check of the sandbox of /w has not passed (could be done from inside: key files), so `approve-reads` counts',
    ]);
    const { predicate } = statementOf(run.stateDir);
    expect(predicate['passed']).toBe(false);
    const attempts = (predicate['details'] as JsonObject)['attempts'] as readonly JsonObject[];
    expect(attempts.filter(({ outcome }) => outcome !== 'denied')).toEqual([
      {
        what: 'key files',
        outcome: 'done',
        found: [
          '~/.ssh/headgate.yaml',
          '~/.ssh/id_ed25519',
          '~/.ssh/plan.json',
          '~/.ssh/scenario.json',
          '~/.ssh/w.json',
        ],
      },
    ]);
    expect(statusIn(run.stateDir).components[0]?.profile).toEqual({
      name: 'p',
      mode: 'evidence',
      sandbox: 'isolated',
      permissions: { configured: 'approve-all', effective: 'approve-reads' },
      selfCheck: { passed: false, statement: expect.stringMatching(/^sha256:/) },
    });
  });

  it.each([
    ['the mode is default', { runtime: { mode: 'default' } }, '`approve-all` takes `runtime.mode: evidence`'],
    ['no sandbox is named', { sandbox: { mode: 'inherit' } }, '`approve-all` takes `sandbox.mode: ref`'],
    [
      'neither is so',
      { runtime: { mode: 'default' }, sandbox: { mode: 'inherit' } },
      '`approve-all` takes `runtime.mode: evidence` and `sandbox.mode: ref`',
    ],
  ] as const)('does not where %s, and nothing is checked', (_, differs, why) => {
    const { told, status, stderr, run } = tell({ ...evidence, ...differs } as PlanProfile);
    expect(status, stderr).toBe(0);
    expect(told.env['HEADGATE_PERMISSIONS']).toBe('approve-reads');
    expect(stderr.match(/^warning\[.*$/gm)).toEqual([
      `warning[permissions_kept]: p: profile \`p\`: ${why}, so \`approve-reads\` counts`,
    ]);
    expect(journalOf(run.stateDir)).not.toContain('selfCheck');
  });
});

describe('000-11 a consumer whose provider is not there yet', () => {
  it('waits, also while the provider is checked, fails once, and is slow', () => {
    const provider = (fails: number): Part =>
      python(
        `
import http.server, os, sys, time
with open('/state/starts', 'a') as f: f.write('x')
if os.path.getsize('/state/starts') <= ${fails}: sys.exit(3)
time.sleep(2)
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b'there')
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
        {
          port: 8080,
          program: { mounts: [{ path: '/state', from: 'resources.state' }] },
          manifest: { resources: { state: { kind: 'storage' } } },
        },
      );
    const consumer = (weak: string): Part =>
      python(
        `import os, urllib.request; print('${weak} got', urllib.request.urlopen(os.environ['UP']).read().decode(), os.environ['HEADGATE_CAPABILITIES'])`,
        { slots: { up: { kind: 'http' } }, env: { UP: '${slots.up.url}' }, restart: 'never' },
      );
    const root = {
      bindings: [
        { to: '#strong.up', from: '#flaky.http' },
        // A program that is running already is held at the edge.
        { to: '#weak.up', from: '#slow.http', weak: true },
      ],
    };
    const path = lay(
      scenarioOf({ strong: consumer('strong'), weak: consumer('weak'), flaky: provider(1), slow: provider(0) }, root),
    );
    const plan = planWith(path, {
      profiles: { default: { ...evidence, worker: { capabilities: ['browser'] } } },
      sandboxes: { isolated: {} },
    });
    const run = options({ cwd: dirname(plan) });
    const live = launch(['run', plan, '--trust-settings'], run);
    return until(
      () => journalOrNothing(run.stateDir),
      (journal) => journal.match(/"task\.run"[^\n]*"outcome"|"outcome"[^\n]*"task\.run"/g)?.length === 2,
      30_000,
    )
      .then(() => live.child.kill('SIGINT'))
      .then(() => live.ended)
      .then(({ stderr }) => {
        for (const weak of ['strong', 'weak']) expect(stderr).toContain(`${weak} got there browser`);
        expect(stderr).toContain('it ended with status 3');
      });
  });
});

describe('sandbox.mode: none', () => {
  const none: PlanProfile = { runtime: { mode: 'evidence' }, sandbox: { mode: 'none' }, permissions: 'approve-all' };

  /** Answers GET / with its name, and GET /up with what it gets from its slot. */
  const server = (name: string): Part =>
    python(
      `
import http.server, os, urllib.request
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = b'${name}' if self.path == '/' else urllib.request.urlopen(os.environ['UP']).read()
        self.send_response(200); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', int(os.environ['PORT'])), H).serve_forever()
`,
      { port: portOf(name), slots: { up: { kind: 'http', optional: true } }, env: { UP: '${slots.up.url}' } },
    );
  const portOf = (name: string): number => ({ host: 18_431, other: 18_432, boxed: 8080 })[name] as number;

  it('keeps the wiring: from the host to the host, to a sandbox, from a sandbox, and to exports', async () => {
    const root = {
      bindings: [
        { to: '#host.up', from: '#boxed.http' },
        { to: '#boxed.up', from: '#other.http', weak: true },
        { to: '#other.up', from: '#host.http', weak: true },
      ],
      ...exported('host', 'other', 'boxed'),
    };
    const path = lay(scenarioOf({ host: server('host'), other: server('other'), boxed: server('boxed') }, root));
    const plan = planWith(path, {
      components: { '/host': { profile: 'p' }, '/other': { profile: 'p' } },
      profiles: { p: none },
    });
    const run = options({ cwd: dirname(plan), args: ['--trust-settings', '--no-sandbox'] });
    const { exports, id } = await start(plan, run);
    const got = async (name: string, at: string): Promise<string> => textOf(`${exports[name]}${at}`);
    for (const name of ['host', 'other', 'boxed']) expect(await got(name, '/')).toBe(name);
    expect([await got('host', '/up'), await got('boxed', '/up'), await got('other', '/up')]).toEqual([
      'boxed',
      'other',
      'host',
    ]);
    // What was measured says that nothing was.
    const measured = [...journalOf(run.stateDir).matchAll(/"sandbox":"sha256:(\w+)"/g)].map(([, digest]) =>
      blobOf(run.stateDir, digest ?? ''),
    );
    expect(measured.filter(({ sandbox }) => sandbox === 'none')).toHaveLength(2);
    expect(statusIn(run.stateDir).components.map(({ moniker, profile }) => [moniker, profile?.['sandbox']])).toEqual([
      ['/boxed', 'inherit'],
      ['/host', 'none'],
      ['/other', 'none'],
    ]);
    expect(JSON.parse(readFileSync(join(run.stateDir, 'runs', id, 'options.json'), 'utf8'))).toMatchObject({
      noSandbox: true,
    });
  });

  it('refuses by name what takes a sandbox, and ports that are taken', async () => {
    const taken = createServer();
    await new Promise<void>((done) => taken.listen(portOf('host'), '127.0.0.1', done));
    const stored = counting('w', { port: portOf('host') });
    const plan = planWith(lay(scenarioOf({ w: stored })), {
      components: { '/w': { profile: 'p', limits: { memoryMiB: 64 } } },
      profiles: { p: none },
    });
    const run = options({ cwd: dirname(plan) });
    const { status, stderr } = headgate(['run', plan, '--trust-settings', '--no-sandbox'], run);
    taken.close();
    expect(status).toBe(3);
    expect(stderr.match(/^blocked\[.*$/gm)).toEqual([
      'blocked[sandbox_required]: /w: storage is mounted at `/state`, which takes a sandbox; its memory is limited, which takes a sandbox',
      `blocked[port_taken]: /w: it runs on this machine and listens on port ${portOf('host')}, and somebody listens on it`,
    ]);
  });

  it('takes --no-sandbox, and widens no permissions', () => {
    const refused = tell(none);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toContain('blocked[sandbox_required]: /w: its profile `p` has `sandbox.mode: none`');
    expect(refused.stderr).toContain('pass `--no-sandbox`');
    const { told, status, stderr } = tell(none, { args: ['--no-sandbox'] });
    expect(status, stderr).toBe(0);
    expect(told.env['HEADGATE_PERMISSIONS']).toBe('approve-reads');
    expect(told.env['HEADGATE_GUIDANCE']).toMatch(/^\/.*guidance/);
    expect(stderr.match(/^warning\[permissions_kept\]/gm)).toHaveLength(1);
  });
});

interface Status {
  readonly id: string;
  readonly components: readonly { readonly moniker: string; readonly profile?: JsonObject }[];
}

const statusIn = (stateDir: string): Status =>
  JSON.parse(headgate(['status', '--format', 'json'], { stateDir }).stdout) as Status;

/** Before there is one. */
function journalOrNothing(stateDir: string): string {
  try {
    return journalOf(stateDir);
  } catch {
    return '';
  }
}

const journalOf = (stateDir: string): string =>
  readFileSync(join(stateDir, 'runs', statusIn(stateDir).id, 'journal.ndjson'), 'utf8');

/** The one statement about a self-check that the last journal names. */
function statementOf(stateDir: string): { readonly predicate: JsonObject } {
  const journal = journalOf(stateDir);
  return blobOf(stateDir, /"selfCheck":"sha256:(\w+)"/.exec(journal)?.[1] ?? '') as never;
}

const blobOf = (stateDir: string, digest: string): JsonObject =>
  JSON.parse(
    readFileSync(join(stateDir, 'store', 'sha256', digest.slice(0, 2), digest.slice(2)), 'utf8'),
  ) as JsonObject;
