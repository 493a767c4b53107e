/** References to secrets in the life of a run, with real programs in real sandboxes. */
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { findRunClient } from '../../src/app/run-control/client.ts';
import type { RuntimeSettings } from '../../src/ir/runtime-settings.ts';
import type { VaultHealth } from '../../src/ports/vault.ts';
import { statusOf } from '../../src/runtime/status.ts';
import { type RunOptions, run } from '../../src/server/run-served.ts';
import { createFakeSecrets, type FakeSecrets } from '../support/fake-secrets.ts';
import { headgate, until } from '../support/run/cli-run.ts';
import { filesWith } from '../support/run/leftovers.ts';
import { type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { planIn, runHere, type Watched } from '../support/run/secret-run.ts';
import { allProcesses } from '../support/run/traces.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options } = useRuns();
const live: Watched[] = [];
afterEach(async () => {
  for (const { run } of live.splice(0)) {
    run.stop('the test is over', 0);
    await run.done;
  }
});

const text = { type: 'string' };
const token = 'secret://local/app/token';

/** Answers with its environment, its file and its limits; ends at /exit. */
const telling = `
import os, json, resource, http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/exit': os._exit(9)
        body = json.dumps({'auth': os.environ['AUTH'], 'port': os.environ.get('N'), 'file': open('/etc/app/token', newline='').read(),
            'mode': oct(os.stat('/etc/app/token').st_mode & 0o777), 'core': resource.getrlimit(resource.RLIMIT_CORE)}).encode()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
print('my token is', os.environ['AUTH'], flush=True)
print(os.environ['AUTH'].encode().hex(), flush=True)
http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;

const app: Part = python(telling, {
  port: 8080,
  env: { AUTH: 'Bearer ${config.token}' },
  program: { mounts: [{ path: '/etc/app/token', from: 'config.token' }] },
  manifest: { config_schema: { type: 'object', properties: { token: text }, required: ['token'] } },
});

const scenario = (part: Part = app): string =>
  lay(
    scenarioOf(
      { app: part },
      {
        config_schema: { type: 'object', properties: { token: text } },
        components: { app: { manifest: './app.json', config: { token: '${config.token}' } } },
        ...exported('app'),
      },
    ),
  );

async function begin(
  secrets: FakeSecrets,
  more: Partial<RunOptions> = {},
  runtime: RuntimeSettings = {},
  path = scenario(),
): Promise<Watched & { readonly stateDir: string }> {
  const { stateDir } = options();
  const env = { HEADGATE_CONFIG_TOKEN: token };
  const given = { sourceFolder: dirname(path), stateDir, env, secrets, ...more };
  const watched = await runHere(await planIn(path, runtime), given);
  live.push(watched);
  return { ...watched, stateDir };
}

const told = async ({ run }: Watched): Promise<Record<string, unknown>> =>
  JSON.parse(await textOf(run.exports()['app'])) as Record<string, unknown>;

describe('a run with references', () => {
  it('hands values over in the environment and in a file, and shows them nowhere', async () => {
    const canary = `canary-${Date.now().toString(36)}-"quoted"\n2nd line 'of' $it`;
    const seen: string[] = [];
    const sampler = setInterval(() => {
      for (const { command } of allProcesses()) if (/canary-[0-9a-z]{8}/.test(command)) seen.push(command);
    }, 5);
    const watched = await begin(createFakeSecrets({ [token]: canary }));
    expect(await watched.run.ready).toBe(true);
    expect(await told(watched)).toMatchObject({ auth: `Bearer ${canary}`, file: canary, mode: '0o400', core: [0, 0] });
    clearInterval(sampler);
    for (const holder of ['self', String(watched.run.status()[0]?.pid)])
      expect(readFileSync(`/proc/${holder}/limits`, 'utf8')).toMatch(/^Max core file size +0 +0 /m);
    expect(seen).toEqual([]);
    const word = canary.slice(0, 14);
    expect(watched.told()).not.toContain(word);
    expect(filesWith(watched.stateDir, word)).toEqual([]);
    const journal = readFileSync(`${watched.run.folder}/journal.ndjson`, 'utf8');
    expect(journal).toContain(`"secrets":[{"consumers":["/app"],"path":"token","reference":"${token}"}]`);
    expect(filesWith(folder, word)).toEqual([]);
  });

  it('gives a program that is restarted what is current by then', async () => {
    const secrets = createFakeSecrets({ [token]: 'first-canary' });
    const watched = await begin(secrets);
    await watched.run.ready;
    expect(await told(watched)).toMatchObject({ file: 'first-canary' });
    secrets.set(token, 'second-canary');
    await textOf(`${watched.run.exports()['app']}/exit`);
    await until(
      () => watched.run.status()[0],
      (status) => status?.state === 'ready' && status.restarts === 1,
    );
    expect(await told(watched)).toMatchObject({ auth: 'Bearer second-canary', file: 'second-canary' });
    expect(watched.told()).not.toContain('canary');
  });

  it.each([
    ['that has a NUL', `ab\0cdefgh`, /`program.env.AUTH` contains a NUL character/],
    [
      'that is larger than a variable can be',
      'x'.repeat(131_072),
      /the variable `AUTH` would be larger than the 128 KiB/,
    ],
  ])('refuses a value %s', async (_title, value, reason) => {
    const watched = await begin(createFakeSecrets({ [token]: value }));
    expect(await watched.run.done).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'secret_invalid', subject: '/app', reasons: [expect.stringMatching(reason)] }],
    });
    expect(watched.told()).not.toContain(value);
  });

  it('starts nothing where the settings declare no such vault, and says which is meant', async () => {
    const secrets = createFakeSecrets({});
    const watched = await begin(secrets, { env: { HEADGATE_CONFIG_TOKEN: 'secret://lokal/app/token' } });
    expect(await watched.run.done).toEqual({
      state: 'BLOCKED',
      blocked: [
        {
          gate: 'secret_unresolved',
          subject: '/app',
          reasons: ['not_found: the settings declare no vault `lokal` (`config.token` is secret://lokal/app/token)'],
          remedy: 'did you mean `local`?',
        },
      ],
    });
    expect(secrets.asked).toEqual([]);
  });

  it('refuses a secret in a variable that only a command line can set', async () => {
    const odd = python('', {
      env: { 'my.token': '${config.token}' },
      manifest: app.manifest && { config_schema: { type: 'object', properties: { token: text } } },
    });
    const watched = await begin(
      createFakeSecrets({}),
      {},
      {},
      lay(
        scenarioOf(
          { app: odd },
          {
            config_schema: { type: 'object', properties: { token: text } },
            components: { app: { manifest: './app.json', config: { token: '${config.token}' } } },
          },
        ),
      ),
    );
    expect(await watched.run.done).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'secret_in_arguments', subject: '/app', reasons: [expect.stringContaining('`my.token`')] }],
    });
  });

  it('gives probes that run in the place of a component the same, and asks for them as probes', async () => {
    const secrets = createFakeSecrets({ [token]: 'probe-canary-1' });
    const check = 'test "$AUTH" = "Bearer $(cat /etc/app/token)" && test ${#AUTH} = 21 && echo it is $AUTH';
    const watched = await begin(secrets, {}, {
      components: { '/app': { profile: 'p' } },
      profiles: { p: { runtime: { mode: 'evidence' }, sandbox: { mode: 'inherit' }, permissions: 'deny-all' } },
      probes: {
        has: {
          kind: 'headless_run',
          component: '/app',
          argv: ['/bin/sh', '-c', check],
          budgetSeconds: 30,
          expectExit: 0,
          required: true,
        },
      },
      // biome-ignore lint/suspicious/noThenProperty: the plan calls it so
      completion: { requires: ['has'], then: 'stop' },
    } as RuntimeSettings);
    expect(await watched.run.done).toMatchObject({ state: 'COMPLETE' });
    expect(secrets.asked).toEqual([`${token} /app token component`, `${token} has token probe`]);
    expect(filesWith(watched.stateDir, 'probe-canary')).toEqual([]);
  });
});

/** Passes each request on to its slot, and shows the answer. */
const asking = `
import http.server, os, urllib.request, urllib.error
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try: body = urllib.request.urlopen(os.environ['API'] + self.path).read()
        except urllib.error.HTTPError as e: body = e.read()
        print(os.environ['API'], body, flush=True)
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;

const outside = (): string =>
  lay(
    scenarioOf(
      { app: python(asking, { port: 8080, slots: { api: { kind: 'http' } }, env: { API: '${slots.api.url}' } }) },
      {
        slots: { api: { kind: 'http' } },
        bindings: [{ to: '#app.api', from: 'slots.api', weak: true }],
        ...exported('app'),
      },
    ),
  );

describe('a slot of the root whose URL is a secret', () => {
  const reference = 'secret://local/api/url';

  it('leads where the secret says, and the URL is seen nowhere; a resumed run asks again', async () => {
    const asked: string[] = [];
    const server = createServer((request, answer) => {
      asked.push(`${request.headers.authorization}`);
      answer.end(`you are ${Buffer.from(request.headers.authorization?.slice(6) ?? '', 'base64').toString()}`);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const secrets = createFakeSecrets({ [reference]: `http://user:canary%2Bpw@127.0.0.1:${port}/base` });
    const path = outside();
    const first = await begin(secrets, { externals: { api: reference } }, {}, path);
    expect(await first.run.ready).toBe(true);
    expect(await textOf(first.run.exports()['app'])).toBe('you are user:canary+pw');
    expect(asked).toEqual([`Basic ${Buffer.from('user:canary+pw').toString('base64')}`]);
    expect(secrets.consumers).toEqual([{ type: 'external_slot', id: 'api', path: null, run: first.run.id }]);
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    expect(await textOf(first.run.exports()['app'])).toBe(
      'headgate: slot `api` leads to what a secret says, which cannot be reached: ECONNREFUSED\n',
    );
    first.run.stop('to be resumed', 1_000);
    await first.run.done;
    expect(JSON.parse(readFileSync(`${first.run.folder}/options.json`, 'utf8'))).toMatchObject({
      externals: { api: reference },
    });
    expect(filesWith(first.stateDir, 'canary')).toEqual([]);
    expect(filesWith(first.stateDir, `127.0.0.1:${port}`)).toEqual([]);
    expect(first.told()).not.toMatch(/canary|dXNlcjpjYW5hcn/);
    const resumed = await runHere(await planIn(path), {
      sourceFolder: dirname(path),
      stateDir: first.stateDir,
      env: {},
      externals: { api: reference },
      resume: { id: first.run.id, redo: [] },
      secrets,
    });
    live.push(resumed);
    expect(await resumed.run.ready).toBe(true);
    expect(secrets.consumers).toHaveLength(2);
  });

  it.each([
    ['is no URL', 'canary-no-url', 'slot_invalid', `what ${reference} stands for: it is not a URL`],
    [
      'is not there',
      undefined,
      'secret_unresolved',
      `not_found: vault \`local\` has no secret of this key (${reference})`,
    ],
  ])('starts nothing when it %s', async (_title, value, gate, reason) => {
    const secrets = createFakeSecrets(value === undefined ? {} : { [reference]: value });
    const { run, told: all } = await begin(secrets, { externals: { api: reference } }, {}, outside());
    expect(await run.done).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate, subject: 'slots.api', reasons: [reason] }],
    });
    expect(all()).not.toContain('canary');
  });

  it('is ended with the run where its vault is silent', async () => {
    const secrets = createFakeSecrets({ [reference]: 'hangs' });
    const { run } = await begin(secrets, { externals: { api: reference } }, {}, outside());
    await until(
      () => secrets.asked.length,
      (count) => count === 1,
    );
    run.stop('enough', 0);
    expect(await run.done).toMatchObject({ state: 'CANCELLED' });
  });

  it('is where a password belongs: one on the command line, or in options, is refused before anything is written', async () => {
    const given = options();
    const path = outside();
    const ended = headgate(['run', path, '--slot', 'api=http://user:canary@127.0.0.1:1/'], given);
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(ended.stderr).toContain('--slot api=secret://VAULT/KEY');
    expect(ended.stderr).not.toContain('canary');
    const begun = run(await planIn(path), {
      sourceFolder: dirname(path),
      stateDir: given.stateDir,
      externals: { api: 'http://user:canary@127.0.0.1:1/' },
    });
    expect(await begun).toMatchObject({ blocked: [{ gate: 'slot_invalid', subject: 'slots.api' }] });
    expect(existsSync(given.stateDir)).toBe(false);
  });
});

/** Says its process id and its file; reads it over and over, and counts what is neither the old value nor the new one. */
const reading = `
import os, json, http.server, threading, time
seen, odd = set(), []
def read():
    while True:
        try:
            text = open('/etc/app/token').read()
            if len(text) != 4096 or len(set(text)) != 1: odd.append(len(text))
            seen.add(text[:1])
        except OSError as e: odd.append(str(e))
        time.sleep(0.0005)
threading.Thread(target=read, daemon=True).start()
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({'pid': os.getpid(), 'file': open('/etc/app/token').read(), 'env': os.environ['AUTH'], 'seen': sorted(seen), 'odd': odd,
            'started': os.stat('/proc/self').st_ctime, 'write': os.access('/etc/app/token', os.W_OK)}).encode()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;
const reader: Part = {
  ...app,
  manifest: {
    ...app.manifest,
    program: { ...(app.manifest as { program: object }).program, args: ['python3', '-u', '-c', reading] },
  },
};
const rotating = (does: 'restart' | 'file' | 'none'): RuntimeSettings => ({
  components: { '/app': { rotation: { token: does } } },
});
const client = ({ run, stateDir }: { readonly run: Watched['run']; readonly stateDir: string }) => {
  const found = findRunClient(stateDir, run.id);
  if (!found) throw new Error('it has no interface');
  return found;
};

describe('a secret that is rotated while a run goes on', () => {
  const before = 'a'.repeat(4096);
  const after = 'b'.repeat(4096);

  it('replaces a mounted file at once: a program sees the one or the other, and goes on', async () => {
    const secrets = createFakeSecrets({ [token]: before });
    const watched = await begin(secrets, {}, rotating('file'), scenario(reader));
    expect(await watched.run.ready).toBe(true);
    const first = await told(watched);
    expect(first).toMatchObject({ file: before, write: false, odd: [] });
    for (let round = 0; round < 20; round++) {
      secrets.set(token, round % 2 === 0 ? after : before);
      expect(await client(watched).rotated({ vault: 'local', key: 'app/token' })).toEqual([
        { component: '/app', path: 'token', does: 'file', state: 'replaced' },
      ]);
    }
    secrets.set(token, after);
    await client(watched).rotated({ vault: 'local', key: 'app/token' });
    const last = await told(watched);
    expect(last).toMatchObject({ pid: first['pid'], file: after, env: `Bearer ${before}`, odd: [] });
    expect(watched.run.status()[0]).toMatchObject({ state: 'ready', restarts: 0 });
    expect(statusOf(watched.stateDir, watched.run.id)?.rotations).toMatchObject([
      { vault: 'local', key: 'app/token', component: '/app', path: 'token', does: 'file', state: 'replaced' },
    ]);
    expect(memoryFolders()).toHaveLength(1);
    watched.run.stop('enough', 1_000);
    await watched.run.done;
    expect(memoryFolders()).toEqual([]);
    expect(filesWith(watched.stateDir, 'aaaaaaaaaaaaaaaaaaaa')).toEqual([]);
  });

  it('restarts the component where its settings say so', async () => {
    const secrets = createFakeSecrets({ [token]: 'first-canary' });
    const watched = await begin(secrets, {}, rotating('restart'));
    await watched.run.ready;
    secrets.set(token, 'second-canary');
    expect(await client(watched).rotated({ vault: 'local', key: 'app/token' })).toMatchObject([{ state: 'begun' }]);
    await until(
      async () => (await told(watched).catch((): Record<string, unknown> => ({})))['file'],
      (file) => file === 'second-canary',
    );
    await until(
      () => watched.run.status()[0],
      (status) => status?.state === 'ready' && status.restarts === 0,
    );
    expect(watched.told()).not.toContain('canary');
  });

  it('does nothing unless they say so, and nothing about a vault of another place', async () => {
    const secrets = createFakeSecrets({ [token]: 'first-canary' });
    const watched = await begin(secrets);
    await watched.run.ready;
    secrets.set(token, 'second-canary');
    expect(await client(watched).rotated({ vault: 'local', key: 'app/token' })).toMatchObject([{ state: 'skipped' }]);
    expect(await client(watched).rotated({ vault: 'local', key: 'app/token', identity: 'another' })).toEqual([]);
    expect(await told(watched)).toMatchObject({ file: 'first-canary' });
  });

  it('is refused where the interface does not understand it', async () => {
    const watched = await begin(createFakeSecrets({ [token]: 'first-canary' }));
    await watched.run.ready;
    const socket = (JSON.parse(readFileSync(`${watched.run.folder}/control.json`, 'utf8')) as { socket: string })
      .socket;
    for (const body of [
      '{"vault":"local"}',
      '[]',
      '{"vault":"local","key":1}',
      '{"vault":"local","key":"k","value":"v"}',
    ])
      expect(await ask(socket, 'POST', '/v1/secrets/rotated', body)).toMatchObject({ status: 400 });
    expect(await ask(socket, 'GET', '/v1/secrets/health')).toMatchObject({ status: 200 });
    expect(await ask(socket, 'GET', '/v1/secrets/health?vault=nobody')).toMatchObject({ status: 404 });
  });
});

describe('what vaults say of themselves', () => {
  it.each([
    ['access_denied', 403],
    ['throttled', 429],
    ['not_found', 404],
    ['conflict', 409],
    ['invalid_request', 422],
    ['provider_unavailable', 503],
    ['provider_error', 502],
    ['sealed', 503],
  ])('%s has its status, and starts nothing', async (code, status) => {
    const secrets = createFakeSecrets({ [token]: 'first-canary' });
    let health: VaultHealth = { status: 'ready', code: 'ready', message: 'it can be used', guidance: [] };
    const look = async () => ({ health, keys: null });
    const watched = await begin(Object.assign(secrets, { look }));
    await watched.run.ready;
    health = { status: 'error', code, message: 'it cannot be used', guidance: ['look at it'] };
    const socket = (JSON.parse(readFileSync(`${watched.run.folder}/control.json`, 'utf8')) as { socket: string })
      .socket;
    const { status: found, body } = await ask(socket, 'GET', '/v1/secrets/health');
    expect([found, JSON.parse(body)]).toMatchObject([
      status,
      { id: watched.run.id, vaults: [{ vault: 'local', status: 'error', code, guidance: ['look at it'] }] },
    ]);
    const again = createFakeSecrets({ [token]: 'first-canary' });
    const refused = await begin(Object.assign(again, { look }));
    expect(await refused.run.done).toMatchObject({
      state: 'BLOCKED',
      blocked: [{ gate: 'secret_unresolved', remedy: 'look at it' }],
    });
    expect(again.asked).toEqual([]);
  });

  it('names a key that is not there before anything starts', async () => {
    const secrets = createFakeSecrets({ [token]: 'first-canary' });
    const look = async () => ({
      health: { status: 'ready', code: 'ready', message: 'it can be used', guidance: [] } as const,
      keys: ['app/tokem'],
    });
    const { run } = await begin(Object.assign(secrets, { look }));
    expect(await run.done).toMatchObject({ state: 'BLOCKED', blocked: [{ remedy: 'did you mean `app/tokem`?' }] });
    expect(secrets.asked).toEqual([]);
  });
});

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** With this process in their name. */
const memoryFolders = (): readonly string[] =>
  ['/dev/shm', `/run/user/${process.getuid?.() ?? 0}`, '/tmp'].flatMap((base) =>
    existsSync(base)
      ? readdirSync(base)
          .filter((name) => name.startsWith(`hg-${process.pid.toString(36)}-`) && isFile(join(base, name, '0')))
          .map((name) => join(base, name))
      : [],
  );

function ask(socketPath: string, method: string, path: string, body = ''): Promise<{ status: number; body: string }> {
  return new Promise((done, fail) => {
    request({ socketPath, method, path, agent: false, headers: { host: 'run' } }, async (response) => {
      let text = '';
      for await (const chunk of response.setEncoding('utf8')) text += chunk;
      done({ status: response.statusCode ?? 0, body: text });
    })
      .on('error', fail)
      .end(body);
  });
}
