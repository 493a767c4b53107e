/** `run --on compose` with both forms of Compose: up, seen, heard, taken over, stopped, and told when something is wrong. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { headgate, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import { scenarioOf } from '../support/run/scenarios.ts';
import { exported, useRuns } from '../support/run/use-runs.ts';
import { type Composer, composers } from './composes.ts';
import { command, makeImages, type TestImages } from './images.ts';
import { bind, over, partsOf, settings, up } from './parts.ts';

const { lay, options: plainOptions, folder } = useRuns();
const gate = `headgate-on-compose-gate:${process.pid}`;
let images: TestImages;
const { boxed, job } = partsOf(() => images);

beforeAll(() => {
  images = makeImages();
  mkdirSync(join(folder, 'gate'));
  command('test/docker/compose-image.sh', gate, join(folder, 'gate'));
});
afterAll(() => {
  spawnSync('docker', ['rmi', '-f', gate]);
  images?.remove();
});

const projects: string[] = [];
const linesOf = (...args: readonly string[]): readonly string[] =>
  command('docker', ...args)
    .split('\n')
    .filter(Boolean);
/** What Docker has of a project: containers, networks, volumes. */
const leftOf = (id: string): readonly string[] => {
  const ofProject = `label=com.docker.compose.project=headgate-${id}`;
  return [
    ...linesOf('ps', '-aq', '--filter', ofProject),
    ...linesOf('network', 'ls', '-q', '--filter', ofProject),
    ...linesOf('volume', 'ls', '-q', '--filter', ofProject),
  ];
};
afterEach(() => {
  const left = projects.splice(0).flatMap((id) => leftOf(id).map((one) => `${id}: ${one}`));
  const volumes = linesOf('volume', 'ls', '-q', '--filter', 'label=headgate.dev/moniker=/keeps-on-compose');
  if (volumes.length > 0) command('docker', 'volume', 'rm', ...volumes);
  expect(left).toEqual([]);
});

const withStorage = {
  program: { mounts: [{ path: '/data', from: 'resources.data' }] },
  manifest: { resources: { data: { kind: 'storage' } } },
};

describe.each(composers)('run --on compose with $name', (composer: Composer) => {
  const options = (): RunOptions => plainOptions({ env: { ...composer.env, HEADGATE_GATE_IMAGE: gate } });
  const on = ['--on', 'compose'];
  const begun = async (scenario: string, given: RunOptions) => {
    const run = await launch(['run', scenario, ...on], given).ready;
    projects.push(run.id);
    return run;
  };

  it('is up, seen, heard and taken away again, and keeps what is stored', async () => {
    const parts = {
      web: boxed('web', up),
      'keeps-on-compose': boxed('keeps', withStorage),
      once: job('echo it was done'),
    };
    const all = { bindings: [bind('web.up', 'keeps-on-compose.http')], ...exported('web', 'keeps-on-compose') };
    // The folder is a value of `.env`, which each form of Compose reads in its own way.
    const place = join(folder, `${composer.joint} o'brien $x`);
    cpSync(dirname(lay(scenarioOf(parts, all))), place, { recursive: true });
    const scenario = join(place, 'scenario.json');
    const given = options();
    const run = await begun(scenario, given);
    expect(await over(run.exports['web'], '/up?hello')).toBe('keeps/hello');
    expect(await over(run.exports['keeps-on-compose'], '/write?/data/x')).toBe('x');
    const status = JSON.parse(headgate(['status', '--format', 'json'], given).stdout) as {
      readonly components: readonly { readonly moniker: string; readonly state: string }[];
    };
    expect(status.components.map(({ moniker, state }) => `${moniker} ${state}`).sort()).toEqual([
      '/keeps-on-compose ready',
      '/once finished',
      '/web ready',
    ]);
    await over(run.exports['web'], '/say?a%20word');
    await until(
      () => headgate(['logs', 'last', '/web'], given).stdout,
      (text) => text.includes('a word'),
      60_000,
    );
    expect(headgate(['logs', 'last', '/once'], given).stdout).toContain('it was done');
    const end = await run.stop();
    expect(end.stderr).toMatch(/^CANCELLED /m);
    // Whoever asks Compose is told nothing in its words, neither of what it does nor of what it would rather have.
    expect(end.stderr).not.toMatch(/level=|obsolete|orphan|Creating|Started|headgate-\d{8}/);
    expect(headgate(['verify-run', 'last'], given).status).toBe(0);
    expect(leftOf(run.id)).toEqual([]);

    const again = await begun(scenario, given);
    expect(await over(again.exports['keeps-on-compose'], '/write?/data/x')).toBe('xx');
    await again.stop();
  });

  it('is taken over by resume when headgate was killed, and ended by stop', async () => {
    const given = options();
    const parts = { web: boxed('web', { restart: 'always' }), once: job('echo x; sleep 1') };
    const run = await begun(lay(scenarioOf(parts, exported('web'))), given);
    const before = linesOf('ps', '-q', '--filter', `label=com.docker.compose.project=headgate-${run.id}`);
    run.child.kill('SIGKILL');
    await run.ended;
    const resumed = await launch(['resume', run.id], given).ready;
    expect(await over(resumed.exports['web'], '/here')).toBe('web/here');
    const after = linesOf('ps', '-q', '--filter', `label=com.docker.compose.project=headgate-${run.id}`);
    expect(before).toEqual(expect.arrayContaining([...after]));
    resumed.child.kill('SIGKILL');
    await resumed.ended;
    expect(headgate(['status', run.id], given).stdout).toContain('INTERRUPTED');
    expect(headgate(['stop', run.id], given).status).toBe(0);
    expect(headgate(['verify-run', run.id], given).status).toBe(0);
  });

  it('is FAILED in the words of the plan', () => {
    const given = options();
    const failed = (parts: Parameters<typeof scenarioOf>[0], root: object = {}, more: object = {}): string => {
      const { status, stdout, stderr } = headgate(['run', lay(settings(scenarioOf(parts, root), more)), ...on], given);
      projects.push(...runFolders(given.stateDir));
      expect([status, /^[A-Z]+ /m.exec(stderr)?.[0]]).toEqual([4, 'FAILED ']);
      return `${stdout}${stderr}`;
    };
    expect(failed({ a: job('true', { image: 'registry.invalid/none:1' }) })).toContain(
      '/a: image registry.invalid/none:1 is not there',
    );
    expect(failed({ a: job('exit 3') })).toMatch(/\/a: .*status 3/);
    const deaf = boxed('deaf', {
      program: { entrypoint: ['node', '-e', "require('net').createServer().listen(9999)"] },
    });
    const short = { components: { '/deaf': { readySeconds: 1 } } };
    const bound = { bindings: [bind('web.up', 'deaf.http')] };
    expect(failed({ deaf, web: boxed('web', up) }, bound, short)).toMatch(/\/deaf: .*listen/);
  });
});
