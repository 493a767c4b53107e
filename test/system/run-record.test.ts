/** What a run writes down, and what it never does. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, launch, until } from '../support/run/cli-run.ts';
import { filesWith } from '../support/run/leftovers.ts';
import { counting, python, scenarioOf, task } from '../support/run/scenarios.ts';
import { allProcesses } from '../support/run/traces.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { folder, lay, options, start } = useRuns();

describe('what is kept', () => {
  it('0.10, 4.4(1): a secret is in no argument, no journal, no log and no other file, during the run and after it', async () => {
    const canary = 'canary-9c1f2e77';
    const part = python(
      `
import os, time, http.server
print('my token is', os.environ['TOKEN'], flush=True)
print('in a file:', open('/etc/app/token').read(), flush=True)
http.server.HTTPServer(('127.0.0.1', 8080), http.server.BaseHTTPRequestHandler).serve_forever()
`,
      {
        port: 8080,
        env: { TOKEN: '${config.token}' },
        program: { mounts: [{ path: '/etc/app/token', from: 'config.token' }] },
        manifest: {
          config_schema: {
            type: 'object',
            properties: { token: { type: 'string', secret: true } },
            required: ['token'],
          },
        },
      },
    );
    const files = scenarioOf(
      { app: part },
      {
        config_schema: { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] },
        components: { app: { manifest: './app.json', config: { token: '${config.token}' } } },
        ...exported('app'),
      },
    );
    const given = options({ env: { HEADGATE_CONFIG_TOKEN: canary } });
    const seen: string[] = [];
    const sampler = setInterval(() => {
      seen.push(
        ...allProcesses()
          .filter(({ command }) => command.includes(canary))
          .map(({ command }) => command),
      );
    }, 15);
    const run = await start(lay(files), given);
    await until(
      () => run.output().stderr,
      (said) => said.includes('in a file:'),
    );
    expect(filesWith(given.stateDir, canary)).toEqual([]);
    const end = await run.stop();
    clearInterval(sampler);
    expect(seen).toEqual([]);
    expect(end.stderr).toContain('my token is');
    expect(end.stderr + end.stdout).not.toContain(canary);
    expect(filesWith(given.stateDir, canary)).toEqual([]);
    expect(headgate(['logs', run.id], given).stdout).not.toContain(canary);
  });

  it('4.2(6), 4.4(1): belongs to the user alone, wherever the folder is said to be', async () => {
    const given = options({ stateDir: `${folder}/some/../state-modes` });
    const run = await start(lay(scenarioOf({ web: counting('web'), one: task('one') }, exported('web'))), given);
    const wrong = readdirSync(join(folder, 'state-modes'), { recursive: true, withFileTypes: true })
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((path) => !/\/storage\/.*\/(count|starts)$/.test(path))
      .map((path) => ({ path, stat: statSync(path) }))
      .filter(({ stat }) =>
        stat.isDirectory() ? (stat.mode & 0o777) !== 0o700 : stat.isFile() && (stat.mode & 0o777) !== 0o600,
      )
      .map(({ path, stat }) => `${path} ${(stat.mode & 0o777).toString(8)}`);
    expect(wrong).toEqual([]);
    await run.stop();
  });

  it('0.9: output of every program, with its name and its time, on the terminal and in `logs`', async () => {
    const given = options();
    const run = await start(lay(scenarioOf({ web: counting('web'), one: task('one') }, exported('web'))), given);
    await until(
      () => run.output().stderr,
      (said) => said.includes('one has run'),
    );
    expect(run.output().stderr).toMatch(/\/web \| web starts/);
    const logs = headgate(['logs', run.id], given);
    expect(logs.status, logs.stderr).toBe(0);
    expect(logs.stdout).toMatch(/\/web \| web starts/);
    expect(headgate(['logs', run.id, '/one'], given).stdout).not.toMatch(/web starts/);
    const follow = launch(['logs', '-f', run.id], given);
    await run.stop();
    expect((await follow.ended).stdout).toMatch(/one has run/);
  });

  it('4.4(2): storage outlives the run', async () => {
    const given = options();
    const scenario = lay(scenarioOf({ web: counting('web') }, exported('web')));
    for (const said of ['web 1', 'web 2']) {
      const run = await start(scenario, given);
      expect(await textOf(run.exports['web'])).toBe(said);
      await run.stop();
    }
  });
});
