/** References to secrets in the life of a run, with real programs in real sandboxes. */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RuntimeSettings } from '../../src/ir/runtime-settings.ts';
import type { RunOptions } from '../../src/server/run-served.ts';
import { createFakeSecrets, type FakeSecrets } from '../support/fake-secrets.ts';
import { until } from '../support/run/cli-run.ts';
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
  const plan = await planIn(path, runtime);
  const watched = await runHere(plan, {
    sourceFolder: dirname(path),
    stateDir,
    env: { HEADGATE_CONFIG_TOKEN: token },
    secrets,
    ...more,
  });
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
