/** Components that ask their own run, from real sandboxes: who may, what waits, and what outlives the run. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asking, askingScenario, asksOnce } from '../support/run/asking.ts';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { ask, socketOf } from '../support/run/control.ts';
import { checkChain, journalLines, runFolders } from '../support/run/journal.ts';
import { expectNoProcess, filesWith } from '../support/run/leftovers.ts';
import { counting } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, folder } = useRuns();
const trusted = (more: Partial<RunOptions> = {}): RunOptions => options(more);
const begin = (files: Readonly<Record<string, string>>, given: RunOptions, ...more: readonly string[]) =>
  launch(['run', lay(files), '--trust-settings', ...more], given);

/** `web` needs what `build` has done. */
const web = counting('web', { slots: { work: { kind: 'http' } }, env: { WORK: '${slots.work.url}' } });
const chain = askingScenario({ build: asksOnce, web }, ['build'], {
  bindings: [{ to: '#web.work', from: '#build.http' }],
  ...exported('web'),
});

interface Interaction {
  readonly id: string;
  readonly component: string;
  readonly state: string;
  readonly message: string;
}
const listed = (given: RunOptions): readonly Interaction[] => {
  const { status, stdout, stderr } = headgate(['interactions', '--format', 'json'], given);
  expect(status, stderr).toBe(0);
  return (JSON.parse(stdout) as { readonly interactions: readonly Interaction[] }).interactions;
};
const runOf = ({ stateDir }: RunOptions): string => runFolders(stateDir)[0] ?? '-';
const waiting = (given: RunOptions) =>
  until(
    () => journalLines(given.stateDir, runOf(given)),
    (lines) => lines.some(({ type, actionId }) => type === 'intent' && actionId === 'gate.confirm:/build'),
    60_000,
  );
/** What a component printed, a line at a time. */
const said = ({ stateDir }: RunOptions, moniker: string): readonly Record<string, unknown>[] =>
  readFileSync(join(stateDir, 'runs', runOf({ stateDir }), 'logs', `${moniker}.log`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>);

describe('a task that asks for a confirmation', () => {
  it('holds what needs it back until the answer, and says so once', async () => {
    const given = trusted();
    const { child, ended, ready } = begin(chain, given);
    await waiting(given);
    const id = runOf(given);
    expect(listed(given)).toEqual([
      { id: '1', component: '/build', kind: 'request_confirmation', message: 'May I go on?', state: 'open' },
    ]);
    const status = headgate(['status'], given).stdout;
    expect(status).toContain(`headgate accept ${id} 1`);
    expect(journalLines(given.stateDir, id).some(({ actionId }) => actionId === 'process.start:/web')).toBe(false);
    const accepted = headgate(['accept', id, '1', '--reason', 'looks good', '--format', 'json'], given);
    expect([accepted.status, JSON.parse(accepted.stdout)]).toEqual([
      0,
      {
        version: 1,
        run: id,
        interaction: {
          id: '1',
          component: '/build',
          kind: 'request_confirmation',
          message: 'May I go on?',
          state: 'accepted',
          reason: 'looks good',
        },
      },
    ]);
    const run = await ready;
    expect(await textOf(run.exports['web'])).toBe('web 1');
    expect(run.output().stdout.match(/^waits for an answer: headgate accept (\S+ \S+)$/gm)).toEqual([
      `waits for an answer: headgate accept ${id} 1`,
    ]);
    // The same again is the same, and another is refused.
    expect(headgate(['accept', id, '1'], given).status).toBe(0);
    const other = headgate(['reject', id, '1'], given);
    expect([other.status, other.stderr]).toEqual([3, expect.stringContaining('error[interaction_answered]')]);
    const unknown = headgate(['accept', id, '7'], given);
    expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('headgate interactions')]);
    child.kill('SIGINT');
    expect((await ended).status).toBe(5);
  });

  it('skips what needs it where it is rejected, and the run is blocked', async () => {
    const given = trusted();
    const { ended } = begin(chain, given);
    await waiting(given);
    const id = runOf(given);
    expect(headgate(['reject', id, '1', '--reason', 'not today'], given).status).toBe(0);
    const end = await ended;
    expect([end.status, end.stderr]).toEqual([3, expect.stringContaining('confirmation_rejected')]);
    expect(end.stderr).toContain('not today');
    const { blocked } = JSON.parse(headgate(['status', '--format', 'json'], given).stdout) as {
      blocked: readonly object[];
    };
    expect(blocked).toMatchObject([{ gate: 'confirmation_rejected', subject: '/build' }]);
    expect(headgate(['verify-run', id], given).status).toBe(0);
    // Asked for again, it asks again.
    const again = launch(['resume', '--redo', '/build'], given);
    await until(
      () => listed(given),
      (all) => all.length === 2,
      60_000,
    );
    expect(headgate(['accept', id, '2'], given).status).toBe(0);
    await (await again.ready).stop();
  });

  it('003-C1.11 outlives SIGKILL: the same id, answered without a process, and `resume` goes on', async () => {
    const given = trusted();
    const { child, ended } = begin(chain, given);
    await waiting(given);
    const id = runOf(given);
    child.kill('SIGKILL');
    await ended;
    await expectNoProcess(folder);
    expect(listed(given)).toMatchObject([{ id: '1', state: 'open' }]);

    // Resumed, it waits for the same one.
    const resumed = launch(['resume'], given);
    await until(
      () =>
        journalLines(given.stateDir, id).filter(
          ({ type, actionId }) => type === 'intent' && actionId === 'gate.confirm:/build',
        ),
      (lines) => lines.length === 2,
      60_000,
    );
    resumed.child.kill('SIGKILL');
    await resumed.ended;
    await expectNoProcess(folder);

    const accepted = headgate(['accept', id, '1'], given);
    expect([accepted.status, accepted.stderr]).toEqual([0, expect.stringContaining(`headgate resume ${id}`)]);
    expect(listed(given)).toMatchObject([{ id: '1', state: 'accepted' }]);
    expect(checkChain(given.stateDir, id)).toMatchObject({ whole: true, tornBytes: 0 });
    const last = launch(['resume'], given);
    expect(await textOf((await last.ready).exports['web'])).toBe('web 1');
    expect((await (await last.ready).stop()).status).toBe(5);
    expect(
      journalLines(given.stateDir, id).filter(
        ({ type, actionId }) => type === 'intent' && actionId === 'task.run:/build',
      ),
    ).toHaveLength(1);
  });

  it('waits no longer when the run is stopped; it is answered all the same, and the verdict covers that', async () => {
    const given = trusted();
    const { ended } = begin(chain, given);
    await waiting(given);
    const id = runOf(given);
    expect(headgate(['stop', id], given).stdout).toBe(`${id} CANCELLED\n`);
    expect((await ended).status).toBe(5);
    expect(headgate(['verify-run', id], given).status).toBe(0);
    const accepted = headgate(['accept', id, '1'], given);
    expect([accepted.status, accepted.stderr]).toEqual([0, expect.stringContaining(`headgate resume ${id}`)]);
    const verified = headgate(['verify-run', id], given);
    expect(verified.status, verified.stderr).toBe(0);
    const status = JSON.parse(headgate(['status', '--format', 'json'], given).stdout) as Record<string, unknown>;
    expect(status).toMatchObject({ state: 'CANCELLED', interactions: [{ id: '1', state: 'accepted' }] });
    const resumed = await launch(['resume'], given).ready;
    expect(await textOf(resumed.exports['web'])).toBe('web 1');
    await resumed.stop();
  });

  it('never takes a signature away: a run that was signed is answered with the key, or not at all', async () => {
    const given = trusted();
    const key = join(folder, 'key.pem');
    expect(spawnSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', key]).status).toBe(0);
    const { ended } = begin(chain, given, '--sign-key', key);
    await waiting(given);
    const id = runOf(given);
    headgate(['stop', id], given);
    await ended;
    const refused = headgate(['accept', id, '1'], given);
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining('error[verdict_signed]')]);
    expect(listed(given)).toMatchObject([{ state: 'open' }]);
    expect(headgate(['accept', id, '1', '--sign-key', key], given).status).toBe(0);
    expect(headgate(['verify-run', id], given).stdout + headgate(['status'], given).stdout).toMatch(/signed/);
    expect(headgate(['verify-run', id], given).status).toBe(0);
  });

  it('lets `run --detach` go, which has nothing more to say', async () => {
    const given = trusted();
    const begun = headgate(['run', lay(chain), '--trust-settings', '--detach'], given);
    expect([begun.status, begun.stdout]).toEqual([
      0,
      expect.stringMatching(/^waits for an answer: headgate accept \S+ 1$/m),
    ]);
    const id = runOf(given);
    expect(headgate(['accept', id, '1'], given).status).toBe(0);
    await until(
      () => journalLines(given.stateDir, id),
      (lines) => lines.some(({ data }) => data['event'] === 'ready'),
      60_000,
    );
    expect(headgate(['stop', id], given).status).toBe(0);
  });
});

describe('the interface of its own run', () => {
  const look = `
import glob, socket
def reach(host, port):
    try: socket.create_connection((host, port), 2).close(); return True
    except OSError: return False
def sockets():
    found = []
    for path in glob.glob('/run/**', recursive=True) + glob.glob('/tmp/**', recursive=True):
        try:
            s = socket.socket(socket.AF_UNIX); s.settimeout(2); s.connect(path); found.append(path)
        except OSError: pass
    return found
say(url=url, ports=[p for p in range(19990, 20040) if reach('127.0.0.1', p)], sockets=sockets(), env=[n for n in os.environ if 'CONTROL' in n])
`;

  it('is reached by who may, at an address of its own, and by nobody else, and the socket of the operator by none', async () => {
    const given = trusted();
    const parts = { a: asking(look), b: asking(look), c: asking(look) };
    const { ended } = begin(askingScenario(parts, ['a', 'b']), given);
    const end = await ended;
    expect(end.status, end.stderr).toBe(0);
    for (const name of ['a', 'b'])
      expect(said(given, name)).toEqual([
        { url: 'http://127.0.0.1:20000', ports: [20_000], sockets: [], env: ['HEADGATE_CONTROL_URL'] },
      ]);
    expect(said(given, 'c')).toEqual([{ url: '', ports: [], sockets: [], env: [] }]);
    // It is a grant like any other.
    const granted = journalLines(given.stateDir, runOf(given)).flatMap(({ type, actionId, data }) =>
      type === 'intent' && actionId?.startsWith('grant.apply') ? [[actionId, data['grants']]] : [],
    );
    expect(granted).toEqual([
      ['grant.apply:/a', [{ kind: 'control' }]],
      ['grant.apply:/b', [{ kind: 'control' }]],
    ]);
  });

  it('is narrow, and tells each who it is', async () => {
    const given = trusted();
    const source = `
def code(answer): return [answer[0], answer[1].get('code')]
first = ask('POST', '/v1/interactions', {'kind': 'suggest_tasks', 'message': 'Tidy up', 'payload': {'tasks': ['a']}})
say(first=first, other=code(ask('POST', '/v1/interactions', {'kind': 'suggest_tasks', 'message': 'x', 'component': '/b'})),
    own=[i['id'] for i in ask('GET', '/v1/interactions')[1]['interactions']], evidence=ask('GET', '/v1/evidence')[1]['runtimeProbeEvidence'],
    foreign=[ask('GET', '/v1/interactions/%d' % n)[0] for n in (1, 2, 3)],
    accept=code(ask('POST', '/v1/interactions/%s/accept' % first[1]['id'], {})), stop=code(ask('POST', '/v1/stop')), run=code(ask('GET', '/v1/run')))
`;
    const { ended } = begin(askingScenario({ a: asking(source), b: asking(source) }, ['a', 'b']), given);
    expect((await ended).status).toBe(0);
    const ids = listed(given).map(({ id, component }) => `${component} ${id}`);
    expect([...ids].sort()).toEqual([...ids].sort((x, y) => x.localeCompare(y)));
    for (const name of ['a', 'b']) {
      const own = listed(given).find(({ component }) => component === `/${name}`)?.id;
      const [told] = said(given, name);
      expect(told).toMatchObject({
        first: [201, { id: own, component: `/${name}`, state: 'open' }],
        other: [400, 'body_invalid'],
        own: [own],
        evidence: [],
        accept: [403, 'operator_only'],
        stop: [403, 'operator_only'],
        run: [403, 'operator_only'],
      });
      expect(told?.['foreign']).toEqual([1, 2, 3].map((one) => (String(one) === own ? 200 : 404)));
    }
  });

  it('writes no secret down, in whatever form a component says it', async () => {
    const canary = 'canary-5f2e77aa01cd';
    const schema = { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] };
    const a = asking(
      `
import base64
token = os.environ['TOKEN']
say(status=ask('POST', '/v1/interactions', {'kind': 'suggest_tasks', 'message': 'use ' + token,
    'payload': {token: [token, {'b': base64.b64encode(token.encode()).decode()}]}}, {'Idempotency-Key': token})[0])
`,
      { env: { TOKEN: '${config.token}' }, manifest: { config_schema: schema } },
    );
    const files = askingScenario({ a }, ['a'], {
      config_schema: schema,
      components: { a: { manifest: './a.json', config: { token: '${config.token}' } } },
    });
    const given = trusted({ env: { HEADGATE_CONFIG_TOKEN: canary } });
    const end = await begin(files, given).ended;
    expect(end.status, end.stderr).toBe(0);
    expect(said(given, 'a')).toEqual([{ status: 201 }]);
    expect(listed(given)[0]?.message).toBe('use [secret]');
    for (const form of [canary, Buffer.from(canary).toString('base64')])
      expect(filesWith(given.stateDir, form)).toEqual([]);
    expect(end.stdout + end.stderr).not.toContain(canary);
  });

  it('holds when every edge and non-edge is tried', async () => {
    const given = trusted();
    const parts = { a: { ...counting('a'), restart: 'on-failure' as const }, b: counting('b') };
    const run = await begin(askingScenario(parts, ['a'], exported('a', 'b')), given, '--prove-enforcement').ready;
    await run.stop();
    const proved = journalLines(given.stateDir, run.id).find(
      ({ type, actionId }) => type === 'outcome' && actionId === 'enforcement.prove',
    );
    expect(proved?.data['state']).toBe('succeeded');
  });

  it('is refused to a program without a sandbox, in whose name anybody here could speak', async () => {
    const given = trusted();
    const files = askingScenario({ a: asking('say()') }, ['a']);
    const settings = JSON.parse(files['headgate.yaml'] ?? '') as Record<string, object>;
    const profiles = { default: { type: 'personal', sandbox: { mode: 'none' } } };
    const end = await begin(
      { ...files, 'headgate.yaml': JSON.stringify({ ...settings, profiles }) },
      given,
      '--no-sandbox',
    ).ended;
    expect([end.status, end.stderr]).toEqual([3, expect.stringContaining('it may talk to its own run')]);
  });

  it('takes trust', async () => {
    const given = trusted();
    const end = await launch(['run', lay(askingScenario({ a: asking('say()') }, ['a']))], given).ended;
    expect([end.status, end.stderr]).toEqual([3, expect.stringContaining('may talk to its own run')]);
  });
});

describe('the operator', () => {
  it('asks for a component, and answers, at the socket of the run', async () => {
    const given = trusted();
    const { ready } = begin(askingScenario({ a: counting('a') }, ['a'], exported('a')), given);
    const run = await ready;
    const socket = socketOf(given.stateDir, run.id) ?? '';
    const body = JSON.stringify({ kind: 'request_confirmation', message: 'May I?' });
    const made = await ask(socket, '/v1/interactions', { method: 'POST', body });
    expect([made.status, JSON.parse(made.text)]).toMatchObject([201, { id: '1', component: '/a' }]);
    const wrong = await ask(socket, '/v1/interactions', {
      method: 'POST',
      body: body.replace('{', '{"component":"/z",'),
    });
    expect(wrong.status).toBe(404);
    expect((await ask(socket, '/v1/interactions/2/accept', { method: 'POST' })).status).toBe(404);
    const accepted = await ask(socket, '/v1/interactions/1/accept', { method: 'POST' });
    expect([accepted.status, JSON.parse(accepted.text)]).toMatchObject([200, { state: 'accepted' }]);
    expect((await ask(socket, '/v1/interactions/1/accept', { method: 'POST', body: '{}' })).status).toBe(200);
    const other = await ask(socket, '/v1/interactions/1/reject', { method: 'POST' });
    expect([other.status, JSON.parse(other.text)]).toMatchObject([409, { code: 'interaction_answered' }]);
    const { text } = await ask(socket, '/v1/run');
    expect(text).toBe(headgate(['status', '--format', 'json'], given).stdout);
    await run.stop();
  });
});
