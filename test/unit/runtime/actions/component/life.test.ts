import { describe, expect, it } from 'vitest';
import { createLife, type Life } from '../../../../../src/runtime/actions/component/life.ts';
import { nothing } from '../../../../../src/runtime/authority/authority.ts';
import type { ComponentSpec } from '../../../../../src/runtime/component.ts';
import type { Recorder } from '../../../../../src/runtime/journal/record.ts';
import { startOf } from '../../../../../src/runtime/scheduler/graph.ts';
import { createFakeClock, type FakeClock } from '../../../../support/run/fake-clock.ts';
import {
  createMemoryEnvironment,
  type MemoryEnvironment,
  type Script,
} from '../../../../support/run/memory-environment.ts';
import { component } from '../../../../support/run/memory-run.ts';

interface Made {
  readonly life: Life;
  /** `intent 1`, `outcome 1 succeeded`, `stop intent 1`, in order. */
  readonly said: readonly string[];
  readonly states: readonly string[];
  readonly environment: MemoryEnvironment;
  readonly clock: FakeClock;
  readonly starts: () => number;
  /** What was kept of the sandbox, of each outcome. */
  readonly sandboxes: readonly (string | undefined)[];
}

function make(restart: ComponentSpec['restart'], scripts: readonly Script[], more: Partial<ComponentSpec> = {}): Made {
  const said: string[] = [];
  const states: string[] = [];
  const sandboxes: (string | undefined)[] = [];
  const attempts = new Map<string, number>();
  const tell = (what: string, type: string, attempt: number, state = ''): void =>
    void said.push(`${type === 'process.stop' ? 'stop ' : ''}${what} ${attempt} ${state}`.trim());
  const record: Recorder = {
    run: () => {},
    tell: (what, { type }, attempt) => tell(what, type, attempt),
    begin: ({ type }) => {
      const attempt = (attempts.get(type) ?? 0) + 1;
      attempts.set(type, attempt);
      tell('intent', type, attempt);
      return attempt;
    },
    outcome: ({ type }, attempt, { state, sandbox }) => {
      tell('outcome', type, attempt, state);
      if (type !== 'process.stop') sandboxes.push(sandbox);
    },
    beginTogether: async (action) => record.begin(action, nothing),
    outcomeTogether: async (action, attempt, data) => record.outcome(action, attempt, data),
  };
  const clock = createFakeClock();
  const environment = createMemoryEnvironment(clock, { scripts: { '/a': scripts } });
  const spec = component('/a', { restart, ...more });
  const life = createLife({
    component: spec,
    action: startOf(spec),
    stand: () => nothing,
    back: () => nothing,
    environment,
    record,
    clock,
    keep: { measured: () => 'sha256:0', checked: () => 'sha256:0' },
    readyTimeoutMs: 60_000,
    onState: ({ state }) => states.push(state),
    refuse: () => {},
    lost: (blocked) => states.push(`lost ${blocked.map(({ gate }) => gate).join(' ')}`),
  });
  const starts = (): number => environment.calls.filter((call) => call.startsWith('start')).length;
  return { life, said, states, environment, clock, starts, sandboxes };
}

const ends = (code: number, endsAfter = 5): Script => ({ readyAfter: 0, endsAfter, end: { code, signal: null } });
const minute = 60_000;

describe('life of a component', () => {
  it('writes an intent before each start, and what came of it', async () => {
    const { life, said, states, clock } = make('on-failure', [ends(1), ends(0)]);
    life.start();
    await clock.advance(1_000);
    expect(await life.ended).toEqual({ status: 'finished', code: 0 });
    expect(said).toEqual([
      'intent 1',
      'outcome 1 succeeded',
      'failure 1',
      'retry 1',
      'intent 2',
      'outcome 2 succeeded',
      'outcome 2 succeeded',
    ]);
    expect(states).toEqual(['starting', 'ready', 'restarting', 'starting', 'ready', 'finished']);
    expect(life.status()).toMatchObject({ restarts: 1, lastExit: 'it ended with status 0' });
  });

  it('does not say of a task that it succeeded before it has ended', async () => {
    const { life, said, clock } = make('never', [ends(0)]);
    life.start();
    await clock.advance(5);
    expect(await life.ready).toBe(true);
    expect(said).toEqual(['intent 1', 'progress 1', 'outcome 1 succeeded']);
  });

  it('waits longer after each end, and gives up after as many as it was told', async () => {
    const { life, starts, clock } = make('always', [ends(3)], { restarts: 3 });
    life.start();
    await clock.advance(5 + 499);
    expect(starts()).toBe(1);
    await clock.advance(1 + 5 + 999);
    expect(starts()).toBe(2);
    await clock.advance(1 + 5 + 1_999);
    expect(starts()).toBe(3);
    await clock.advance(10);
    expect(await life.ended).toEqual({
      status: 'failed',
      reason: 'it ended with status 3, after 3 restarts in a row',
    });
    expect(starts()).toBe(4);
  });

  it('ends what has used up its time, and does not start it again', async () => {
    const { life, said, environment, clock } = make('always', [{ readyAfter: 0 }], { budget: { wallSeconds: 2 } });
    life.start();
    await clock.advance(2_000);
    expect(await life.ended).toEqual({ status: 'failed', reason: 'it ran for 2 s, which is all that it may' });
    expect(environment.calls).toEqual(['start /a 1', 'stop /a 1000', 'over /a']);
    expect(said).toContain('stop intent 1');
    expect(said.at(-1)).toBe('outcome 1 failed');
  });

  it.each([
    [{ code: 0, signal: null }, 'succeeded'],
    [{ code: 1, signal: null }, 'cancelled'],
  ] as const)('a task that ends with %j while it is asked to stop has %s', async (asked, state) => {
    const { life, said, clock } = make('never', [{ readyAfter: 0, asked }]);
    life.start();
    await clock.advance(0);
    await life.stop('over', () => 10_000);
    expect(await life.ended).toBe('stopped');
    expect(said).toContain(`outcome 1 ${state}`);
  });

  it('that is skipped has failed, and was never begun', async () => {
    const { life, starts } = make('on-failure', []);
    life.skip('it needs /b');
    expect(await life.ended).toEqual({ status: 'failed', reason: 'it needs /b' });
    life.start();
    expect([life.isBegun(), starts()]).toEqual([true, 0]);
  });

  it('stops in every state', async () => {
    const waiting = make('on-failure', []);
    await waiting.life.stop('over', () => 10);
    expect([await waiting.life.ended, waiting.starts()]).toEqual(['stopped', 0]);

    const running = make('always', [{ readyAfter: 0 }]);
    running.life.start();
    await running.clock.advance(0);
    await running.life.stop('over', () => 10);
    expect(await running.life.ended).toBe('stopped');
    expect(running.said.slice(-3).sort()).toEqual(['outcome 1 cancelled', 'stop intent 1', 'stop outcome 1 succeeded']);

    const restarting = make('always', [ends(1)]);
    restarting.life.start();
    await restarting.clock.advance(100);
    expect(restarting.life.status().state).toBe('restarting');
    await restarting.life.stop('over', () => 10);
    expect([await restarting.life.ended, restarting.starts()]).toEqual(['stopped', 1]);
  });

  it('asked to stop before its environment has it started, it ends what comes', async () => {
    const { life, environment, clock } = make('always', [{ readyAfter: 0 }]);
    life.start();
    const stopped = life.stop('over', () => 700);
    await clock.advance(0);
    await stopped;
    expect(await life.ended).toBe('stopped');
    expect(environment.calls.slice(0, 2)).toEqual(['start /a 1', 'stop /a 0']);
  });

  it('gives up on a program that is killed and stays', async () => {
    const { life, clock } = make('always', [{ readyAfter: 0, asked: 'stays' }]);
    life.start();
    await clock.advance(0);
    void life.stop('over', () => 500);
    await clock.advance(500 + 10_000);
    expect(await life.ended).toEqual({ status: 'failed', reason: 'it was killed, and was still there after 10 s' });
  });

  it('is not started twice where its place cannot be asked any more', async () => {
    const lost: Script = {
      readyAfter: 0,
      endsAfter: 5,
      end: { code: null, signal: null, fault: 'no answer', unreachable: true },
    };
    const { life, said, starts, clock } = make('always', [lost]);
    life.start();
    await clock.advance(minute);
    expect(await life.ended).toEqual({ status: 'failed', reason: 'no answer' });
    expect([said.at(-1), starts()]).toEqual(['outcome 1 unknown', 1]);
  });
});

describe('life of a program with ports', () => {
  const silent: Script = { ports: { missing: [8000], others: [] } };
  const ports = [8000];

  it('counts the starts after which they did not open, waits longer before each, and then gives up', async () => {
    const { life, starts, said, clock } = make('always', [silent], { ports, restarts: 3 });
    life.start();
    await clock.advance(minute + 499);
    expect([life.status().state, life.status().restarts, starts()]).toEqual(['restarting', 1, 1]);
    expect(life.status().lastExit).toBe('nothing listened on port 8000 within 60 s');
    await clock.advance(1 + minute + 999);
    expect([life.status().state, starts()]).toEqual(['restarting', 2]);
    await clock.advance(1 + minute + 2_000 + minute - 1);
    expect([life.status().state, starts()]).toEqual(['starting', 4]);
    await clock.advance(1);
    expect(await life.ended).toEqual({
      status: 'failed',
      reason: 'nothing listened on port 8000 within 60 s, after 3 restarts in a row',
    });
    expect(await life.up).toBe(false);
    expect(said.at(-1)).toBe('outcome 4 failed');
  });

  it('counts anew only after a minute in which they were open', async () => {
    const scripts: readonly Script[] = [
      { endsAfter: minute + 10, end: { code: 1, signal: null } },
      { readyAfter: 0, endsAfter: 3 * minute, end: { code: 2, signal: null } },
      { endsAfter: 5 * minute, end: { code: 3, signal: null } },
    ];
    const { life, starts, clock } = make('on-failure', scripts, { ports, restarts: 1, readyMs: 10 * minute });
    life.start();
    await clock.advance(minute + 600);
    expect(starts()).toBe(2);
    await clock.advance(3 * minute + 500);
    expect([life.status().restarts, starts()]).toEqual([2, 3]);
    await clock.advance(10 * minute);
    expect(await life.ended).toEqual({ status: 'failed', reason: 'it ended with status 3, after 1 restart' });
  });

  it('a minute to the millisecond does not yet count', async () => {
    const { life, clock } = make('on-failure', [ends(2, minute)], { ports, restarts: 1 });
    life.start();
    await clock.advance(2 * minute + 600);
    expect(await life.ended).toEqual({ status: 'failed', reason: 'it ended with status 2, after 1 restart' });
  });

  it('waits as long as the component says', async () => {
    const { life, clock } = make('never', [silent], { ports, readyMs: 2_000 });
    life.start();
    await clock.advance(2_000);
    expect(await life.ended).toEqual({ status: 'failed', reason: 'nothing listened on port 8000 within 2 s' });
  });

  it('leaves a task alone that ends before they are open, with what was measured of its sandbox', async () => {
    const { life, clock, sandboxes } = make('never', [{ endsAfter: 5 }], { ports });
    life.start();
    await clock.advance(5);
    expect(await life.ended).toEqual({ status: 'finished', code: 0 });
    expect(sandboxes).toEqual(['sha256:0']);
  });

  it('has failed where it ended in order before they were open', async () => {
    const { life, clock } = make('on-failure', [{ endsAfter: 5 }], { ports });
    life.start();
    await clock.advance(5);
    expect(await life.ended).toEqual({ status: 'failed', reason: 'it ended with status 0 before its ports were open' });
  });

  it.each([
    [undefined, 'nothing listened on ports 8000, 9000 within 1 s'],
    [{ missing: [9000], others: [] }, 'nothing listened on port 9000 within 1 s'],
    [{ missing: [9000], others: [3000] }, 'nothing listened on port 9000 within 1 s; it listens on port 3000 instead'],
    [
      { missing: [8000, 9000], others: [3000, 3001] },
      'nothing listened on ports 8000, 9000 within 1 s; it listens on ports 3000, 3001 instead',
    ],
  ])('names the ports that did not open, and those that did instead: %j', async (heard, reason) => {
    const script: Script = heard ? { ports: heard } : {};
    const { life, clock } = make('never', [script], { ports: [8000, 9000], readyMs: 1_000 });
    life.start();
    await clock.advance(1_000);
    expect(await life.ended).toEqual({ status: 'failed', reason });
  });
});
