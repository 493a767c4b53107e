/**
 * Values that occur nowhere else go through every way in which a run comes, goes on and ends, from a vault of the real command line.
 * Afterwards they are looked for in everything that is left, in every form, and in every command line that was seen meanwhile.
 */

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cliPath } from '../support/cli.ts';
import { headgate as command, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { expectNoProcess } from '../support/run/leftovers.ts';
import { python, scenarioOf } from '../support/run/scenarios.ts';
import { allProcesses } from '../support/run/traces.ts';
import { textOf } from '../support/run/use-runs.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
const home = join(temp.path, 'home');
const stateDir = join(temp.path, 'state');
const values: string[] = [];
const said: string[] = [];
const commandLines: string[] = [];
let folder = '';

/** With what has to be escaped, in JSON as in a URL. */
const canary = (): string => {
  const value = `cn"0${randomBytes(9).toString('hex')}&/ü`;
  values.push(value);
  return value;
};

const server = `
import os, sys, http.server
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/crash': sys.stderr.write('ends with ' + os.environ['TOKEN']); sys.stderr.flush(); os._exit(9)
        body = open('/etc/app/token').read().encode()
        self.send_response(200); self.send_header('content-length', str(len(body))); self.end_headers(); self.wfile.write(body)
    def log_message(self, *a): pass
print('token', os.environ['TOKEN'], flush=True)
open('/tmp/own', 'w').write(os.environ['TOKEN'])
http.server.HTTPServer(('127.0.0.1', 8080), H).serve_forever()
`;
const schema = {
  type: 'object',
  properties: { token: { type: 'string', secret: true, maxLength: 100 } },
  required: ['token'],
};
const withToken = { config_schema: schema };
const given = { config: { token: '${config.token}' } };

const files = (more: object = {}, settings: object = {}): Readonly<Record<string, string>> => ({
  ...scenarioOf(
    {
      app: python(server, {
        port: 8080,
        env: { TOKEN: '${config.token}' },
        program: { mounts: [{ path: '/etc/app/token', from: 'config.token' }] },
        manifest: withToken,
      }),
      once: python(
        "import os, sys; print('once', os.environ['TOKEN']); sys.exit(3 if os.environ['TOKEN'][3] == 'f' else 0)",
        { env: { TOKEN: '${config.token}' }, manifest: withToken },
      ),
    },
    {
      config_schema: schema,
      components: { app: { manifest: './app.json', ...given }, once: { manifest: './once.json', ...given } },
      exports: { app: '#app.http' },
      ...more,
    },
  ),
  'headgate.yaml': JSON.stringify({
    version: 1,
    vaults: {
      local: {
        provider: 'local_encrypted',
        default: true,
        file: join(home, 'vault/s.vault'),
        key: { file: join(home, 'keys/s.key') },
      },
    },
    components: {
      '/app': { profile: 'evidence', rotation: { token: 'file' } },
      '/once': { restart: 'never' },
    },
    profiles: { evidence: { runtime: { mode: 'evidence' } } },
    ...settings,
  }),
});

const options = (more: Partial<RunOptions> = {}): RunOptions => ({
  stateDir,
  cwd: folder,
  env: { HOME: home, HEADGATE_CONFIG_TOKEN: 'secret://local/app/token' },
  args: ['--trust-settings'],
  ...more,
});

function headgate(...args: readonly string[]): ReturnType<typeof command> {
  const trusts = ['run', 'resume'].includes(args[0] ?? '') && args[0] === 'run';
  const ended = command(args, options(trusts ? {} : { args: [] }));
  said.push(ended.stdout, ended.stderr);
  return ended;
}

function secrets(args: readonly string[], input = ''): ReturnType<typeof spawnSync> {
  const ended = spawnSync(
    process.execPath,
    [cliPath, 'secrets', ...args, '--state-dir', stateDir, '--trust-settings'],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', HOME: home, NO_COLOR: '1' },
      input,
      encoding: 'utf8',
    },
  );
  said.push(String(ended.stdout), String(ended.stderr));
  return ended;
}

const store = (value: string): void => expect(secrets(['set', 'local/app/token'], value)).toMatchObject({ status: 0 });

let sampler: NodeJS.Timeout;
beforeAll(() => {
  mkdirSync(join(home, 'vault'), { recursive: true, mode: 0o700 });
  mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
  folder = temp.lay(files());
  sampler = setInterval(() => {
    for (const { command: line } of allProcesses()) if (line.includes('cn"')) commandLines.push(line);
  }, 10);
});
afterAll(async () => {
  clearInterval(sampler);
  await expectNoProcess(temp.path);
  temp.remove();
});

const scenario = (): string => join(folder, 'scenario.json');

/** The task alone: a run of it ends by itself. */
function tasks(): string {
  const { 'app.json': _, ...others } = files({
    config_schema: schema,
    components: { once: { manifest: './once.json', ...given } },
    exports: {},
  });
  const {
    components: __,
    profiles: ___,
    ...settings
  } = JSON.parse(others['headgate.yaml'] ?? '') as Record<string, unknown>;
  return temp.lay({
    ...others,
    'headgate.yaml': JSON.stringify({ ...settings, components: { '/once': { restart: 'never' } } }),
  });
}

async function begin() {
  const { ready, ended } = launch(['run', scenario()], options());
  void ended.then(({ stdout, stderr }) => said.push(stdout, stderr));
  return ready;
}

describe('a value of a vault', () => {
  it('is given to programs, and replaced in their files when it is rotated', async () => {
    const first = canary();
    store(first);
    const run = await begin();
    expect(await textOf(run.exports['app'])).toBe(first);
    const second = canary();
    const rotated = secrets(['rotate', 'local/app/token'], second);
    expect(rotated).toMatchObject({ status: 0 });
    expect(rotated.stderr).toContain('/app (`config.token`) has its file replaced');
    expect(await textOf(run.exports['app'])).toBe(second);
    await textOf(`${run.exports['app']}/crash`);
    await until(
      () => textOf(run.exports['app']),
      (text) => text === second,
      30_000,
    );
    headgate('status', run.id, '--format', 'json');
    headgate('logs', run.id);
    expect(await run.stop()).toMatchObject({ status: 5 });
  });

  it.each([0, 40, 120, 300, 700])(
    'survives nothing of a headgate that is killed after %i ms, and resume asks again',
    async (ms) => {
      store(canary());
      const { child, ended } = launch(['run', scenario()], options());
      await new Promise((done) => setTimeout(done, 200 + ms));
      child.kill('SIGKILL');
      said.push(...Object.values(await ended).map(String));
      const runs = join(stateDir, 'runs');
      const id = existsSync(runs) ? readdirSync(runs).sort().at(-1) : undefined;
      if (id === undefined) return;
      const next = canary();
      store(next);
      const resumed = launch(['resume', id, '--redo', '/once'], options({ args: [] }));
      void resumed.ended.then(({ stdout, stderr }) => said.push(stdout, stderr));
      const live = await resumed.ready.catch(() => undefined);
      if (live) {
        expect(await textOf(live.exports['app'])).toBe(next);
        await live.stop();
      } else await resumed.ended;
    },
  );

  it('is not told by a task that fails, a start that is refused, a probe, or a run that is detached', async () => {
    const failing = `cn"f${randomBytes(9).toString('hex')}&/ü`;
    values.push(failing);
    store(failing);
    expect(headgate('run', join(tasks(), 'scenario.json'))).toMatchObject({ status: 4 });
    const tooLong = `${canary()}${'x'.repeat(100)}`;
    store(tooLong);
    const refused = headgate('run', scenario());
    expect(refused).toMatchObject({ status: 3 });
    expect(refused.stderr).toContain('secret_invalid');
    store(canary());
    const probed = temp.lay(
      files(
        {},
        {
          probes: {
            says: {
              kind: 'headless_run',
              component: '/app',
              argv: ['/bin/sh', '-c', 'echo "$TOKEN"; test -n "$TOKEN"'],
              budgetSeconds: 30,
              expectExit: 0,
            },
          },
          components: { '/app': { profile: 'evidence' }, '/once': { restart: 'never' } },
        },
      ),
    );
    expect(headgate('run', join(probed, 'scenario.json'))).toMatchObject({ status: 0 });
    const detached = headgate('run', scenario(), '--detach');
    expect(detached.status).toBe(0);
    headgate('stop', /\S+-\S+-\S+/.exec(detached.stdout)?.[0] ?? '');
    expect(secrets(['delete', 'local/app/token'])).toMatchObject({ status: 0 });
    expect(headgate('run', scenario())).toMatchObject({ status: 3 });
    for (const args of [['audit'], ['usage'], ['list'], ['health']]) secrets(args);
  });

  it('is nowhere afterwards, in no form', () => {
    expect(values.length).toBeGreaterThan(8);
    const left = [temp.path, '/dev/shm', '/tmp', `/run/user/${process.getuid?.() ?? 0}`];
    const texts = left.flatMap((base) => (existsSync(base) ? filesOf(base, base === temp.path) : []));
    expect(texts.some(({ path }) => path.endsWith('journal.ndjson'))).toBe(true);
    expect(texts.some(({ path }) => path.endsWith('audit.ndjson'))).toBe(true);
    for (const value of values)
      for (const form of formsOf(value)) {
        expect(texts.filter(({ bytes }) => bytes.includes(form)).map(({ path }) => `${path}: ${form}`)).toEqual([]);
        expect(said.filter((text) => text.includes(form))).toEqual([]);
      }
    expect(commandLines).toEqual([]);
  });
});

/** As it is, in JSON, in a URL, in hex, and in base64 at each of the three places in which it may begin. */
function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const shifted = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .slice(4, -4),
  );
  return [
    value,
    value.slice(3, 21),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    bytes.toString('hex'),
    ...shifted,
  ];
}

/** Outside of the test's own folder only what headgate made. */
function filesOf(base: string, all: boolean): readonly { readonly path: string; readonly bytes: Buffer }[] {
  const tops = readdirSync(base).filter((name) => all || name.startsWith('hg-'));
  return tops.flatMap((top) => {
    const path = join(base, top);
    try {
      const entries = readdirSync(path, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .map((file) => ({ path: file, bytes: readFileSync(file) }));
    } catch {
      // Not a folder, or another user's.
      return [];
    }
  });
}
