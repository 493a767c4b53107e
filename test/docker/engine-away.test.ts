/** An engine that goes away in the middle of a run: the run ends and says so, and what is left is taken away when the engine is back. */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { headgate, launch, type RunEnd, type RunOptions, until } from '../support/run/cli-run.ts';
import { runFolders } from '../support/run/journal.ts';
import { scenarioOf } from '../support/run/scenarios.ts';
import { exported, useRuns } from '../support/run/use-runs.ts';
import { type Composer, composers } from './composes.ts';
import { type EngineRelay, engineRelay } from './engine-relay.ts';
import { command, makeImages, type TestImages } from './images.ts';
import { asker, bind, over, partsOf } from './parts.ts';

let engine: EngineRelay;
const { lay, options: plainOptions, folder } = useRuns();
const gate = `headgate-away-gate:${process.pid}`;
let images: TestImages;
const { boxed, job } = partsOf(() => images);
beforeAll(async () => {
  images = makeImages();
  mkdirSync(join(folder, 'gate'));
  command('test/docker/compose-image.sh', gate, join(folder, 'gate'));
  engine = engineRelay();
});
beforeEach(() => engine.open());
afterEach(() => engine.open());
afterAll(async () => {
  await engine?.remove();
  spawnSync('docker', ['rmi', '-f', gate]);
  images?.remove();
});

const given = (composer?: Composer): RunOptions =>
  plainOptions({ env: { ...composer?.env, DOCKER_HOST: engine.host, HEADGATE_GATE_IMAGE: gate } });
const leaveBy = { 'is killed': () => engine.cut(), 'answers nothing': () => engine.mute() };
type Way = keyof typeof leaveBy;

interface Lost {
  readonly id: string;
  readonly end: RunEnd;
  readonly options: RunOptions;
}

/** A run whose engine goes away as soon as `isTime`; it ends by itself, and its record is whole. */
async function lose(
  args: readonly string[],
  options: RunOptions,
  way: Way,
  isTime: (text: string) => boolean = (text) => /^ready /m.test(text),
): Promise<Lost> {
  const { child, ended } = launch(['run', ...args], options);
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (text) => {
      said += text;
    });
  await until(() => said, isTime, 120_000);
  await leaveBy[way]();
  const hangs = setTimeout(() => child.kill('SIGKILL'), 400_000);
  const end = await ended;
  clearTimeout(hangs);
  expect([end.signal, end.stdout.includes('COMPLETE')]).toEqual([null, false]);
  const [id = ''] = runFolders(options.stateDir);
  // Its folder is what the run left, whole.
  const verified = headgate(['verify-run', id], options);
  expect(`${verified.stdout}${verified.stderr}`).toMatch(/^VERIFIED /);
  return { id, end, options };
}
const containersNow = (label: string): string => command('docker', 'ps', '-aq', '--filter', `label=${label}`);
const networksNow = (id: string): string =>
  command('docker', 'network', 'ls', '-q', '--filter', `label=com.docker.compose.project=headgate-${id}`);

describe('of containers beside sandboxes', () => {
  const parts = () => ({ web: boxed('web', { restart: 'always' }), front: asker('front') });
  const wired = { bindings: [bind('front.up', 'web.http')], ...exported('web') };

  it('that is killed ends the run as BLOCKED, also what runs in sandboxes, and resume goes on', async () => {
    const { id, end, options } = await lose([lay(scenarioOf(parts(), wired))], given(), 'is killed');
    expect(end.status).toBe(3);
    expect(end.stderr).toMatch(/^blocked\[docker_unavailable\]: \/web: the engine is away: /m);
    expect(end.stderr).toContain('`headgate resume`');
    expect(headgate(['status', id], options).stdout).toContain('BLOCKED');
    // Nothing is asked of an engine that is not there, and nothing waits for it.
    expect(headgate(['resume', id], options).stderr).toContain('no engine can be used at');
    await engine.open();
    const resumed = await launch(['resume', id], options).ready;
    expect(await over(resumed.exports['web'], '/again')).toBe('web/again');
    await resumed.stop();
    expect(containersNow(`headgate.dev/run=${id}`)).toBe('');
  });

  it('that is killed while a container is being made ends the run, and whoever runs something later removes it', async () => {
    const many = Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`c${index}`, boxed(`c${index}`)]));
    const isTime = (): boolean => containersNow('headgate.dev/moniker=/c0') !== '';
    const { id, end } = await lose([lay(scenarioOf(many))], given(), 'is killed', isTime);
    expect([3, 4]).toContain(end.status);
    expect(end.stderr).toContain('the engine is away');
    await engine.open();
    expect(headgate(['run', lay(scenarioOf({ other: job('true') }))], given()).status).toBe(0);
    expect(containersNow(`headgate.dev/run=${id}`)).toBe('');
  });
});

describe.each(composers)('of $name', (composer) => {
  const on = ['--on', 'compose'];
  const parts = () => ({ web: boxed('web', { restart: 'always' }), other: boxed('other') });

  // A minute goes by before an engine that answers nothing is given up.
  const isTried = composer === composers.at(-1) || process.env['HEADGATE_WHOLE'] === '1';
  const ways: readonly Way[] = isTried ? ['is killed', 'answers nothing'] : ['is killed'];

  it.each(ways)('that %s ends the run as FAILED, and stop takes away what is left', async (way) => {
    const { id, end, options } = await lose([lay(scenarioOf(parts(), exported('web'))), ...on], given(composer), way);
    expect(end.status).toBe(4);
    expect(end.stderr).toMatch(/compose cannot be asked any more: .*(daemon|docker has had no answer)/);
    expect(end.stderr).toMatch(/could not be stopped: .*; `headgate stop \S+` ends it once compose can be asked again/);
    // What docker says itself is no word of a program.
    expect(headgate(['logs', id], options).stdout).not.toMatch(/EOF|daemon/);
    await engine.open();
    expect(containersNow(`com.docker.compose.project=headgate-${id}`)).not.toBe('');
    const stopped = headgate(['stop', id], options);
    expect([stopped.status, stopped.stdout]).toEqual([0, `${id} CANCELLED\n`]);
    expect([containersNow(`com.docker.compose.project=headgate-${id}`), networksNow(id)]).toEqual(['', '']);
    expect(headgate(['stop', id], options).stderr).toContain('is not running');
    expect(headgate(['verify-run', id], options).stdout).toMatch(/^VERIFIED /);
  });
});
