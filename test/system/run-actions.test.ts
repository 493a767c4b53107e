/** Every action with an effect stands in the journal before and after it, and what was measured is in the store. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { headgate, type RunOptions } from '../support/run/cli-run.ts';
import { journalLines, type Line, runFolders, unfinished } from '../support/run/journal.ts';
import { filesWith } from '../support/run/leftovers.ts';
import { counting, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';
import { withoutBubblewrap } from '../support/run/without-bubblewrap.ts';

const { lay, options, start } = useRuns();
const actionsIn = (lines: readonly Line[]): readonly string[] =>
  lines
    .filter(({ actionId }) => actionId !== null)
    .map(({ type, actionId, data }) => [type, actionId, data['state']].filter(Boolean).join(' '));
const last = ({ stateDir }: RunOptions): readonly Line[] =>
  journalLines(stateDir, runFolders(stateDir).at(-1) as string);

/** As it is in the store, under its own hash. */
function kept({ stateDir }: RunOptions, digest: unknown): Record<string, unknown> {
  const [, hex = ''] = /^sha256:([0-9a-f]{64})$/.exec(String(digest)) ?? [];
  const bytes = readFileSync(join(stateDir, 'store', 'sha256', hex.slice(0, 2), hex.slice(2)));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(hex);
  return JSON.parse(bytes.toString()) as Record<string, unknown>;
}

describe('the journal of a run', () => {
  it('has every action with its intent and its outcome, in the order of their effects', async () => {
    const given = options();
    const root = exported('web');
    const run = await start(lay(scenarioOf({ web: counting('web'), one: task('one') }, root)), given);
    await run.stop();
    const actions = actionsIn(journalLines(given.stateDir, run.id));
    expect(actions.slice(0, 2)).toEqual(['intent env.probe', 'outcome env.probe succeeded']);
    const bound = actions.indexOf('outcome secret.bind succeeded');
    const begun = actions.findIndex((text) => /^intent (?:process\.start|task\.run):/.test(text));
    expect(actions.findLastIndex((text) => text.startsWith('outcome grant.apply:'))).toBeLessThan(bound);
    expect(bound).toBeLessThan(begun);
    const of = (id: string): readonly string[] => actions.filter((text) => text.split(' ')[1] === id);
    expect(of('process.start:/web')).toEqual([
      'intent process.start:/web',
      'outcome process.start:/web succeeded',
      'outcome process.start:/web cancelled',
    ]);
    expect(of('task.run:/one')).toEqual([
      'intent task.run:/one',
      'progress task.run:/one',
      'outcome task.run:/one succeeded',
    ]);
    expect(of('process.stop:/web')).toEqual(['intent process.stop:/web', 'outcome process.stop:/web succeeded']);
    expect(unfinished(given.stateDir, run.id)).toEqual([]);
    const keys = journalLines(given.stateDir, run.id).flatMap(({ type, idempotencyKey }) =>
      type === 'intent' ? [idempotencyKey] : [],
    );
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('names the secrets that are bound and who is given them, and no value', async () => {
    const canary = 'canary-1f0c77aa';
    const schema = {
      type: 'object',
      properties: { token: { type: 'string', secret: true }, name: { type: 'string' } },
      required: ['token', 'name'],
    };
    const app = python('import os; print(len(os.environ["TOKEN"]))', {
      restart: 'never',
      env: { TOKEN: '${config.token}', NAME: '${config.name}' },
      manifest: { config_schema: schema },
    });
    const root = {
      config_schema: schema,
      components: { app: { manifest: './app.json', config: { token: '${config.token}', name: '${config.name}' } } },
    };
    const given = options({ env: { HEADGATE_CONFIG_TOKEN: canary, HEADGATE_CONFIG_NAME: 'plain' } });
    const end = headgate(['run', lay(scenarioOf({ app }, root))], given);
    expect(end.status, end.stderr).toBe(0);
    const bound = last(given).find(({ type, actionId }) => type === 'outcome' && actionId === 'secret.bind');
    expect(bound?.data['secrets']).toEqual([{ path: 'token', consumers: ['/app'] }]);
    expect(filesWith(given.stateDir, canary)).toEqual([]);
  });
});

describe('evidence', () => {
  it('of the surrounding: what it is, bound to the plan, also when it is not enough', () => {
    const scenario = lay(scenarioOf({ one: task('one') }));
    const given = options();
    expect(headgate(['run', scenario], given).status).toBe(0);
    const { data } = last(given).find(({ type, actionId }) => type === 'outcome' && actionId === 'env.probe') as Line;
    const facts = kept(given, data['environment']);
    expect(facts).toMatchObject({ driver: 'sandbox', node: process.version, bubblewrap: { path: '/usr/bin/bwrap' } });
    const plan = last(given)[0]?.data['plan'] as string;
    expect(kept(given, data['evidence'])).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: 'plan', digest: { sha256: Buffer.from(plan.slice('sha256:'.length), 'base64').toString('hex') } },
        { name: 'environment', digest: { sha256: String(data['environment']).slice('sha256:'.length) } },
      ],
      predicate: { probeKind: 'env.probe', passed: true, outcome: 'completed', signed: false },
    });
    const blind = { ...given, wrap: withoutBubblewrap };
    expect(headgate(['run', scenario], blind).status).toBe(3);
    const missing = last(given).find(({ type, actionId }) => type === 'outcome' && actionId === 'env.probe') as Line;
    expect(missing.data).toMatchObject({ state: 'failed', fault: 'sandbox_unavailable run' });
    expect(kept(given, missing.data['evidence'])).toMatchObject({
      predicate: { passed: false, summary: 'sandbox_unavailable run' },
    });
    expect(last(given).some(({ actionId }) => actionId?.startsWith('task.run'))).toBe(false);
  });

  it('of every sandbox, measured in it before its program runs', async () => {
    const given = options();
    const run = await start(lay(scenarioOf({ web: counting('web'), one: task('one') }, exported('web'))), given);
    const measured = journalLines(given.stateDir, run.id).flatMap(({ data }) =>
      data['sandbox'] === undefined ? [] : [data['sandbox']],
    );
    expect(measured).toHaveLength(2);
    const held = /^(?:enforced|metered)$/;
    for (const digest of measured)
      expect(kept(given, digest)).toEqual({
        apart: expect.arrayContaining(['ipc', 'mnt', 'net', 'pid', 'user', 'uts']),
        capabilities: '0',
        interfaces: ['lo'],
        limits: {
          memory: expect.stringMatching(held),
          processes: expect.stringMatching(held),
          folders: 'enforced',
          files: 'metered',
          openFiles: 'enforced',
        },
        noNewPrivileges: true,
        processes: 2,
        seccomp: true,
        writable: [],
        writableMounts: expect.arrayContaining(['/tmp']),
      });
    await run.stop();
  });
});

describe('egress', () => {
  let server: Server;
  let port: number;
  const asked: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('from outside');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    ({ port } = server.address() as { port: number });
  });
  afterAll(() => new Promise((done) => server.close(done)));

  /** GET /?url tells what a program that only knows its environment gets from there. */
  const asker = (name: string) =>
    python(
      `
import http.server, urllib.request, urllib.error, os
from urllib.parse import urlsplit, unquote
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = unquote(urlsplit(self.path).query)
        # NO_PROXY names the loopback of the sandbox itself, and this asks for one outside of it.
        proxy = os.environ.get('HTTP_PROXY')
        handler = urllib.request.ProxyHandler({'http': proxy} if proxy else {})
        os.environ.pop('NO_PROXY', None); os.environ.pop('no_proxy', None)
        try: body = urllib.request.build_opener(handler).open(url, timeout=5).read()
        except urllib.error.HTTPError as e: body = b'%d ' % e.code + e.read()
        except OSError as e: body = b'refused'
        self.send_response(200); self.end_headers(); self.wfile.write(b'${name} ' + body)
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
      { port: 8080 },
    );

  it('0.7: a component reaches what the settings grant, another one and another port nothing; both ends of it are written down', async () => {
    const given = options({ args: ['--trust-settings'] });
    const files = {
      ...scenarioOf({ out: asker('out'), shut: asker('shut') }, exported('out', 'shut')),
      'headgate.yaml': JSON.stringify({ components: { '/out': { egress: [`127.0.0.1:${port}`, 'example.com:443'] } } }),
    };
    const run = await start(lay(files), given);
    const ask = (name: string, url: string): Promise<string> =>
      textOf(`${run.exports[name]}/?${encodeURIComponent(url)}`);
    expect(await ask('out', `http://127.0.0.1:${port}/hello`)).toBe('out from outside');
    expect(await ask('shut', `http://127.0.0.1:${port}/other`)).toBe('shut refused');
    expect(await ask('out', `http://127.0.0.1:${port + 1}/`)).toMatch(/^out 403 headgate: egress to .* is not granted/);
    expect(await ask('out', 'http://localhost:9/')).toMatch(/^out 403 /);
    expect(asked).toEqual(['/hello']);
    await run.stop();
    const grants = journalLines(given.stateDir, run.id).filter(({ actionId }) =>
      /^grant\..*:\/out$/.test(actionId ?? ''),
    );
    const egress = { kind: 'egress', to: [`127.0.0.1:${port}`, 'example.com:443'] };
    expect(grants.map(({ type, actionId, data }) => [type, actionId, data['grants'] ?? data['state']])).toEqual([
      ['intent', 'grant.apply:/out', [egress]],
      ['outcome', 'grant.apply:/out', 'succeeded'],
      ['intent', 'grant.revoke:/out', [egress]],
      ['outcome', 'grant.revoke:/out', 'succeeded'],
    ]);
  });

  it('that names no place is BLOCKED before anything starts', () => {
    const files = {
      ...scenarioOf({ one: task('one') }),
      'headgate.yaml': JSON.stringify({ components: { '/one': { restart: 'never', egress: ['a..b:443'] } } }),
    };
    const given = options({ args: ['--trust-settings'] });
    const end = headgate(['run', lay(files)], given);
    expect(end.status, end.stderr).toBe(3);
    expect(end.stderr).toMatch(/blocked\[egress_invalid\]: \/one: `a\.\.b:443` grants nothing/);
    expect(last(given).flatMap(({ type, actionId }) => (type === 'intent' ? [actionId] : []))).toEqual(['env.probe']);
  });
});
