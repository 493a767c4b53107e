/** Storage with a size: kept to it by the kernel, or looked at, and then its writer is ended. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headgate, type RunEnd, type RunOptions, until } from '../support/run/cli-run.ts';
import { journalLines, runFolders } from '../support/run/journal.ts';
import { type Part, python, scenarioOf } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start } = useRuns();

const resources = (params: object): object => ({ state: { kind: 'storage', params } });
const mounts = [{ path: '/state', from: 'resources.state' }];
const shell = (script: string, params: object): Part => ({
  restart: 'never',
  manifest: { program: { path: '/bin/sh', args: ['-c', script], mounts }, resources: resources(params) },
});
const runOf = (part: Part, given: RunOptions): RunEnd => headgate(['run', lay(scenarioOf({ one: part }))], given);
const statusOf = (given: RunOptions) =>
  JSON.parse(headgate(['status', '--format', 'json'], given).stdout) as {
    readonly storage: readonly object[];
    readonly components: readonly { readonly lastExit: string; readonly restarts: number }[];
  };

/** What the last run measured of its only sandbox, as evidence. */
function measured({ stateDir }: RunOptions): Record<string, unknown> {
  const lines = journalLines(stateDir, runFolders(stateDir).at(-1) as string);
  const digest = String(lines.find(({ data }) => data['sandbox'] !== undefined)?.data['sandbox']).slice(7);
  const bytes = readFileSync(join(stateDir, 'store', 'sha256', digest.slice(0, 2), digest.slice(2)));
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest);
  return JSON.parse(bytes.toString()) as Record<string, unknown>;
}

describe('storage whose size is metered', () => {
  const over =
    /failed: \/one: its storage `\/one\.resources\.state` at \/state holds \d(\.\d)? MiB, and its size is 1Mi/;

  it.each([
    ['while it runs', 'head -c 3000000 /dev/zero > /state/f; sleep 600'],
    ['and ends by itself', 'head -c 3000000 /dev/zero > /state/f'],
  ])('ends a writer that goes over it %s, and says so in evidence and status', (_, script) => {
    const given = options();
    const end = runOf(shell(script, { size: '1Mi' }), given);
    expect([end.status, end.stderr]).toEqual([4, expect.stringMatching(over)]);
    const storage = [{ id: '/one.resources.state', target: '/state', size: '1Mi', limit: 'metered' }];
    expect(measured(given)['storage']).toEqual(storage);
    expect(statusOf(given).storage).toEqual(storage);
    expect(headgate(['status'], given).stdout).toContain('  /one.resources.state 1Mi metered\n');
  });

  it('lets a writer be that stays below it, and says nothing of storage without a size', () => {
    const given = options();
    const end = runOf(shell('head -c 900000 /dev/zero > /state/f', { size: '1Mi' }), given);
    expect(end.status, end.stderr).toBe(0);
    expect(runOf(shell('head -c 3000000 /dev/zero > /state/f', {}), given).status).toBe(0);
    expect(measured(given)).not.toHaveProperty('storage');
    expect(statusOf(given).storage).toEqual([]);
  });

  it('leaves to `restart` what becomes of it; what it wrote is kept', async () => {
    const given = options();
    const web = python(
      `
import http.server, os
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/fill': open('/state/f', 'wb').write(bytes(3000000))
        self.send_response(200); self.end_headers(); self.wfile.write(b'%d' % had)
    def log_message(self, *a): pass
had = os.path.getsize('/state/f') if os.path.exists('/state/f') else 0
if had: os.remove('/state/f')
http.server.ThreadingHTTPServer(('127.0.0.1', 8080), H).serve_forever()
`,
      { port: 8080, program: { mounts }, manifest: { resources: resources({ size: '1Mi' }) } },
    );
    const run = await start(lay(scenarioOf({ web }, exported('web'))), given);
    expect(await textOf(`${run.exports['web']}/fill`)).toBe('0');
    expect(
      await until(
        () => textOf(run.exports['web']),
        (text) => text === '3000000',
        120_000,
      ),
    ).toBe('3000000');
    const reason = 'its storage `/web.resources.state` at /state holds 2.9 MiB, and its size is 1Mi';
    const right = (gate: string, resource: string): object => ({ gate, subject: '/web', resource, delegation: 'plan' });
    const authority = [right('artifactAccess', '/web.resources.state'), right('toolGrant', '/usr/bin/env')];
    expect(journalLines(given.stateDir, run.id)).toContainEqual(
      expect.objectContaining({
        type: 'intent',
        actionId: 'process.stop:/web',
        data: { reason, graceMs: 1000, authority },
      }),
    );
    expect(statusOf(given).components).toEqual([expect.objectContaining({ restarts: 1, lastExit: reason })]);
  });
});

describe('ephemeral storage', () => {
  const ephemeral = { size: '1Mi', retention: 'ephemeral' };

  it('with a size is held in memory, where the kernel keeps it to that, and gone afterwards', () => {
    const given = options();
    const script =
      'ls -A /state; head -c 900000 /dev/zero > /state/f && head -c 900000 /dev/zero > /state/g; stat -c "%n %s" /state/*; exit 0';
    for (let again = 0; again < 2; again++) {
      const end = runOf(shell(script, ephemeral), given);
      expect(end.status, end.stderr).toBe(0);
      expect(end.stderr).toMatch(/No space left on device/);
      expect(end.stderr).toMatch(/\/state\/f 900000/);
      expect(end.stderr).not.toMatch(/\/one {2}f$/m);
    }
    expect(measured(given)['storage']).toEqual([
      { id: '/one.resources.state', target: '/state', size: '1Mi', limit: 'enforced' },
    ]);
    expect(existsSync(join(given.stateDir, 'storage'))).toBe(false);
  });

  it('is of one run alone, and empty at every start', async () => {
    const given = options();
    const script = 'ls -A /state; echo x > /state/left; [ -e /state/left ] && echo begun; sleep 600';
    const scenario = lay(scenarioOf({ one: shell(script, { retention: 'ephemeral' }) }));
    const runs = [await start(scenario, given), await start(scenario, given)];
    for (const { output } of runs) {
      const { stderr } = await until(output, ({ stderr: text }) => text.includes('begun'), 120_000);
      expect(stderr).not.toContain('left');
    }
    for (const run of runs) {
      await run.stop();
      expect(existsSync(join(given.stateDir, 'runs', run.id, 'scratch'))).toBe(false);
    }
  });
});

it('a size that is no amount is BLOCKED before anything starts', () => {
  const given = options();
  const end = runOf(shell('echo begun', { size: 'lots' }), given);
  expect([end.status, end.stderr]).toEqual([
    3,
    expect.stringContaining(
      'blocked[storage_size_invalid]: /one.resources.state: its size `lots` is not an amount of storage',
    ),
  ]);
  expect(end.stderr).not.toContain('begun');
});
