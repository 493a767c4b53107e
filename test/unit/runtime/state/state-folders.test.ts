/** State folders that are older, newer, somebody else's, written in part or not to be written: each is gone on with or refused by name. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerOf } from '../../../../src/adapters/files/owner.ts';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import type { Entry } from '../../../../src/language/journal/entry.ts';
import { fold } from '../../../../src/runtime/journal/fold.ts';
import { readJournal } from '../../../../src/runtime/journal/read.ts';
import { openRun } from '../../../../src/runtime/open-run.ts';
import { run } from '../../../../src/runtime/run.ts';
import { settle } from '../../../../src/runtime/run-options.ts';
import { readRun } from '../../../../src/runtime/state/run-files.ts';
import { runPaths } from '../../../../src/runtime/state/run-folder.ts';
import { allRuns, statusOf } from '../../../../src/runtime/status.ts';
import { createFakeClock } from '../../../support/run/fake-clock.ts';
import { forgeJournal, keptId, keptRun } from '../../../support/run/kept-run.ts';
import { component, memoryRun } from '../../../support/run/memory-run.ts';
import { createTempFolder } from '../../../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let states = 0;
const newState = (): string => join(temp.path, `state${states++}`);
/** Until both tasks have ended and the service is up. */
const beforeItsEnd = 17;

/** What `resume` does before anything runs: the gates that refuse it, or nothing. */
async function refusals(stateDir: string): Promise<readonly string[]> {
  const found = readRun(stateDir, keptId);
  if (!found) throw new Error('no run');
  const options = settle({ ...found.settings, stateDir, resume: { id: keptId, redo: [] } });
  const opened = await openRun(found.plan, options, createFakeClock());
  if ('blocked' in opened) return opened.blocked.map(({ gate }) => gate);
  await opened.close();
  return [];
}

const entriesOf = (stateDir: string): readonly Entry[] => {
  const read = readJournal(runPaths(stateDir, keptId).journal, keptId);
  if ('corrupt' in read) throw new Error(read.corrupt.reason);
  return read.entries;
};

describe('a run of version 1', () => {
  it('has the status that it had', () => {
    const stateDir = newState();
    keptRun('v1', stateDir);
    const permissions = { configured: 'deny-all', effective: 'deny-all' };
    // 000-3,12: it knew of none.
    const profile = { name: null, mode: 'default', sandbox: 'inherit', permissions };
    expect(statusOf(stateDir, keptId)).toEqual({
      id: keptId,
      state: 'CANCELLED',
      verdict: { state: 'missing', keyid: null },
      pid: null,
      startedAt: '2030-01-01T00:00:00.000Z',
      endedAt: '2030-01-01T00:00:23.000Z',
      exports: {},
      components: [
        {
          moniker: '/one',
          task: true,
          state: 'finished',
          pid: null,
          restarts: 0,
          lastExit: 'it ended with status 0',
          profile,
        },
        {
          moniker: '/two',
          task: true,
          state: 'failed',
          pid: null,
          restarts: 0,
          lastExit: 'it ended with status 3',
          profile,
        },
        {
          moniker: '/web',
          task: false,
          state: 'stopped',
          pid: null,
          restarts: 0,
          lastExit: 'it was ended by SIGTERM',
          profile,
        },
      ],
      storage: [],
      reasons: ['interrupted'],
      blocked: [],
      warnings: [],
      runtimeProbeEvidence: [],
      workspaces: [],
      interactions: [],
    });
  });

  it('that was killed is INTERRUPTED, wherever that was, and can be gone on with', async () => {
    for (let lines = 1; lines < 24; lines++) {
      const stateDir = newState();
      const folder = keptRun('v1', stateDir, lines);
      // A task writes its end down when it has one, so there is none of a task that was not begun.
      if (lines < 9) rmSync(join(folder, 'ends'), { recursive: true });
      expect(statusOf(stateDir, keptId)?.state, `${lines} lines`).toBe('INTERRUPTED');
      expect(await refusals(stateDir), `${lines} lines`).toEqual([]);
    }
  });

  it('goes on where it was: what had its effect is not done again, a service begins its next attempt', async () => {
    const stateDir = newState();
    keptRun('v1', stateDir, beforeItsEnd);
    const before = entriesOf(stateDir);
    expect(fold(before).options).toBeNull();
    const task = (moniker: string) => component(moniker, { restart: 'never' });
    const resumed = memoryRun({ components: [task('/one'), task('/two'), component('/web')], before });
    await resumed.clock.advance(0);
    expect(resumed.environment.calls.filter((call) => call.startsWith('start'))).toEqual(['start /web 2']);
    resumed.stop('over', 0);
    await resumed.outcome;
    expect(resumed.said().filter((said) => said.includes('task.run'))).toEqual([]);
  });

  it('is continued in lines of today, which are read with those of then', async () => {
    const stateDir = newState();
    const folder = keptRun('v1', stateDir, beforeItsEnd);
    appendFileSync(join(folder, 'journal.ndjson'), '{"torn');
    expect(await refusals(stateDir)).toEqual([]);
    const entries = entriesOf(stateDir);
    expect(entries).toHaveLength(beforeItsEnd + 1);
    expect(entries.at(-1)).toMatchObject({ type: 'progress', data: { event: 'torn-end-cut-off', bytes: 6 } });
    const last = readFileSync(join(folder, 'journal.ndjson'), 'utf8').trimEnd().split('\n').at(-1) as string;
    expect(JSON.parse(last)).toMatchObject({ version: 2 });
  });
});

const owner = { pid: 1, startTime: '2', bootId: 'b' };
const line = (type: string, data: JsonObject, action: string | null = null, more: JsonObject = {}): JsonObject => ({
  version: 2,
  type,
  action: action === null ? null : { type: action, target: '/web' },
  actionId: action === null ? null : `${action}:/web`,
  attempt: action === null ? null : 1,
  idempotencyKey: null,
  at: '2030-01-01T00:00:00Z',
  owner,
  data,
  ...more,
});
const start = line('start', { plan: 'sha256:x', options: null, resumed: false, redo: [] });

function forged(...lines: readonly JsonObject[]): string {
  const stateDir = newState();
  const { journal } = runPaths(stateDir, keptId);
  mkdirSync(dirname(journal), { recursive: true });
  forgeJournal(journal, keptId, lines);
  return stateDir;
}

describe('a journal whose hashes are right', () => {
  it.each([3, 4, 99, 0, -1, 1.5, '2', null, true])('with a line of version %j is refused by that name', (version) => {
    const stateDir = forged(start, line('cancel', { reason: 'x' }, null, { version }));
    const path = runPaths(stateDir, keptId).journal;
    expect(statusOf(stateDir, keptId)).toMatchObject({
      state: 'CORRUPT',
      blocked: [{ gate: 'journal_corrupt' }],
      reasons: [expect.stringMatching(new RegExp(`line 2 of ${path}: it has version ${version}`))],
    });
  });

  it.each<readonly [string, JsonObject]>([
    ['of no known type', line('finished', {})],
    ['without data', line('cancel', {}, null, { data: null })],
    ['of no known action', line('intent', {}, 'process.fly')],
    ['of an action without attempt', line('intent', {}, 'process.start', { attempt: null })],
    [
      'of an action whose target is a number',
      line('intent', {}, null, { action: { type: 'env.probe', target: 1 }, attempt: 1 }),
    ],
    ['of the run with an attempt', line('cancel', { reason: 'x' }, null, { attempt: 1 })],
    ['that begins a run and does not say what was asked for again', line('start', { plan: 'sha256:x', options: null })],
    ['that says ready and names no exports', line('progress', { event: 'ready' })],
    ['that is blocked by nothing', line('gate', { state: 'BLOCKED' })],
    ['that failed without reasons', line('gate', { state: 'FAILED' })],
    ['whose storage is no list', line('outcome', { state: 'succeeded', storage: 1 }, 'grant.apply')],
  ])('with a line %s is refused, and nobody stumbles over it', (_, bad) => {
    const stateDir = forged(start, bad);
    expect(statusOf(stateDir, keptId)).toMatchObject({
      state: 'CORRUPT',
      reasons: [expect.stringMatching(/line 2 of .*: this is not an entry/)],
    });
  });
});

describe('a state folder', () => {
  it('of another process that is there is refused with its number', async () => {
    const stateDir = newState();
    const folder = keptRun('v1', stateDir);
    const child = spawn('sleep', ['600']);
    await once(child, 'spawn');
    writeFileSync(join(folder, 'owner.json'), JSON.stringify(ownerOf(child.pid ?? 0)));
    expect(await refusals(stateDir)).toEqual(['already_running']);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await refusals(stateDir)).toEqual([]);
  });

  it.each(['', '{', 'null', '[]', '{"pid":"x"}'])(
    'whose owner was written in part (%j) belongs to nobody',
    async (text) => {
      const stateDir = newState();
      const folder = keptRun('v1', stateDir);
      writeFileSync(join(folder, 'owner.json'), text);
      expect(await refusals(stateDir)).toEqual([]);
    },
  );

  const half = (path: string): void => {
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, text.slice(0, text.length / 2));
  };
  it.each<readonly [string, string, string, (path: string) => void, string]>([
    ['plan.json', 'was written in part', 'plan_corrupt', half, 'was changed: it is not JSON'],
    ['options.json', 'was written in part', 'options_changed', half, 'was changed: it is not JSON'],
    ['plan.json', 'is empty', 'plan_corrupt', (path) => writeFileSync(path, ''), 'was changed: it is not JSON'],
    ['options.json', 'is empty', 'options_changed', (path) => writeFileSync(path, ''), 'was changed: it is not JSON'],
    [
      'options.json',
      'is a list',
      'options_changed',
      (path) => writeFileSync(path, '[]'),
      'was changed: it is not an object',
    ],
    ['plan.json', 'is gone', 'plan_corrupt', (path) => rmSync(path), 'is gone'],
    ['options.json', 'is gone', 'options_changed', (path) => rmSync(path), 'is gone'],
    [
      'journal.ndjson',
      'is gone',
      'journal_missing',
      (path) => rmSync(path),
      'so it is not known what the run has done',
    ],
    [
      'plan.json',
      'is of a newer version',
      'plan_corrupt',
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replace(/"version":1\}/, '"version":3}')),
      'is a plan of version 3, and this headgate reads versions 1 and 2',
    ],
    [
      'plan.json',
      'is of version 2 without what it shares',
      'plan_corrupt',
      (path) => writeFileSync(path, readFileSync(path, 'utf8').replace(/"version":1\}/, '"version":2}')),
      'was changed: `/shared` is not a list with something in it',
    ],
    [
      'plan.json',
      'is nested without end',
      'plan_corrupt',
      (path) => writeFileSync(path, `{"version":1,"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      'was changed: it is nested too deeply',
    ],
  ])('whose %s %s is refused as %s', (name, _, gate, change, reason) => {
    const stateDir = newState();
    const path = join(keptRun('v1', stateDir), name);
    const before = readFileSync(path, 'utf8');
    change(path);
    expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).not.toBe(before);
    const status = statusOf(stateDir, keptId);
    expect(status).toMatchObject({ state: 'CORRUPT', blocked: [{ gate, subject: keptId }] });
    expect(status?.blocked[0]?.reasons.join()).toContain(path);
    expect(status?.blocked[0]?.reasons.join()).toContain(reason);
  });

  it('without its journal is not gone on with', async () => {
    const stateDir = newState();
    rmSync(join(keptRun('v1', stateDir), 'journal.ndjson'));
    expect(await refusals(stateDir)).toEqual(['journal_missing']);
  });

  it('whose process was on another machine is refused as other_host, with the file to remove', async () => {
    const stateDir = newState();
    const record = join(keptRun('v1', stateDir), 'owner.json');
    const owner = { pid: 1, startTime: '1', bootId: 'another' };
    const answer = async () => {
      const found = readRun(stateDir, keptId);
      if (!found) throw new Error('no run');
      return run(found.plan, { ...found.settings, stateDir, resume: { id: keptId, redo: [] } });
    };
    writeFileSync(record, JSON.stringify({ ...owner, host: 'elsewhere.example' }));
    expect(await answer()).toMatchObject({
      blocked: [
        {
          gate: 'other_host',
          subject: keptId,
          reasons: [expect.stringContaining('elsewhere.example')],
          remedy: expect.stringContaining(record),
        },
      ],
    });
    // An earlier boot of this machine.
    writeFileSync(record, JSON.stringify({ ...owner, host: hostname() }));
    expect(await refusals(stateDir)).toEqual([]);
  });

  it('whose plan somebody changed after it was compiled is refused before anything is made', async () => {
    const kept = newState();
    keptRun('v1', kept);
    const found = readRun(kept, keptId);
    if (!found) throw new Error('no run');
    const stateDir = newState();
    rmSync(stateDir, { recursive: true, force: true });
    const [first, ...others] = found.plan.components;
    const changed = [
      { ...found.plan, components: others },
      { ...found.plan, planDigest: `sha256:${'A'.repeat(43)}=` },
      { ...found.plan, components: [{ ...first, moniker: '/other' }, ...others] },
      null,
      [],
    ];
    for (const plan of changed) {
      const answer = await run(plan as DeploymentPlan, { ...found.settings, stateDir });
      expect(answer).toMatchObject({ blocked: [{ gate: 'plan_corrupt', subject: 'plan' }] });
      expect(existsSync(stateDir)).toBe(false);
    }
  });

  it('that was half made is not seen as a run, and goes with the next one', async () => {
    const stateDir = newState();
    const runs = dirname(keptRun('v1', stateDir));
    const made = join(runs, '.new-4194304-1-abc');
    mkdirSync(made);
    writeFileSync(join(made, 'plan.json'), '{');
    expect(allRuns(stateDir).map(({ id }) => id)).toEqual([keptId]);
    await refusals(stateDir);
    expect(existsSync(made)).toBe(false);
  });

  it('that cannot be written is refused as state_unwritable, and says how to go on', async () => {
    const kept = newState();
    keptRun('v1', kept);
    const found = readRun(kept, keptId);
    if (!found) throw new Error('no run');
    // sysfs takes no folder from anybody; nothing can be made below a file.
    for (const stateDir of ['/sys/headgate', join(kept, 'runs', keptId, 'plan.json', 'state')]) {
      const answer = await run(found.plan, { ...found.settings, stateDir });
      expect(answer, stateDir).toMatchObject({
        blocked: [{ gate: 'state_unwritable', subject: stateDir, remedy: expect.stringContaining('--state-dir') }],
      });
    }
  });
});
