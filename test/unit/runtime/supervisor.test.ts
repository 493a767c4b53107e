import { afterEach, describe, expect, it, vi } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { type Action, actionsOf } from '../../../src/runtime/actions/actions.ts';
import type { Recorder } from '../../../src/runtime/journal/record.ts';
import type { ComponentSpec, Restart } from '../../../src/runtime/prepare/component.ts';
import {
  createSupervisor,
  type Supervisor,
  type SupervisorOptions,
} from '../../../src/runtime/scheduler/supervisor.ts';
import type { End, PortsHeard, Started, Target } from '../../../src/runtime/target.ts';

const spec = (restart: Restart): ComponentSpec => ({
  moniker: '/a',
  argv: ['x'],
  env: {},
  files: [],
  cwd: null,
  ports: [],
  provides: [],
  slots: [],
  storage: [],
  restart,
  restarts: 8,
  readyMs: null,
  budget: {},
  after: [],
  egress: null,
});

/** A program that does what the test says: each start takes the next life. */
interface Life {
  readonly ready: boolean;
  readonly exit: Promise<End>;
  /** When it is asked to end; by the signal unless given. */
  readonly asked?: End;
  /** Ports that it does not open, and others that it opens. */
  readonly ports?: PortsHeard;
}

function fakeTarget(lives: readonly Life[]): Target & { starts: number; terminated: number } {
  const target = {
    starts: 0,
    terminated: 0,
    probe: async () => ({ blocked: [], facts: {} }),
    endOf: () => undefined,
    open: async () => ({ exports: new Map(), storage: [] }),
    over: () => {},
    close: async () => {},
    start: (): Started => {
      const life = lives[target.starts++] as Life;
      let end: (exit: End) => void = () => {};
      const killed = new Promise<End>((done) => {
        end = done;
      });
      return {
        pid: 100 + target.starts,
        measured: Promise.resolve({ apart: [] }),
        ready: life.ready ? Promise.resolve() : new Promise(() => {}),
        ended: Promise.race([life.exit, killed]),
        ports: () => life.ports,
        terminate: async () => {
          target.terminated++;
          end(life.asked ?? { code: null, signal: 'SIGTERM' });
        },
      };
    },
  };
  return target;
}

type Time = Pick<SupervisorOptions, 'now' | 'sleep'>;

interface Made {
  readonly supervisor: Supervisor;
  readonly said: string[];
  readonly target: ReturnType<typeof fakeTarget>;
  /** Milliseconds that it wanted to sleep, in order. */
  readonly slept: number[];
}

function make(
  restart: Restart,
  lives: readonly Life[],
  readyTimeoutMs = 1000,
  more: Partial<ComponentSpec> = {},
  time?: Time,
): Made {
  const component = { ...spec(restart), ...more };
  const action = actionsOf([component]).find((one) => one.target === '/a');
  if (!action) throw new Error('no action');
  const said: string[] = [];
  const slept: number[] = [];
  const tell = (type: string, { type: what }: Action, attempt: number, data: JsonObject): number =>
    said.push(`${what === 'process.stop' ? 'stop ' : ''}${type} ${attempt} ${String(data['state'] ?? '')}`.trim());
  const record: Recorder = {
    run: () => {},
    tell: (type, about, attempt, data) => tell(type, about, attempt, data),
    intent: (about, attempt) => tell('intent', about, attempt, {}),
    outcome: (about, attempt, state) => tell('outcome', about, attempt, { state }),
  };
  const target = fakeTarget(lives);
  const supervisor = createSupervisor({
    component,
    action,
    attempt: 1,
    stops: 0,
    keep: () => 'sha256:0',
    target,
    record,
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((done, fail) => {
        slept.push(ms);
        const timer = setTimeout(done, ms >= 500 && ms !== readyTimeoutMs ? 1 : ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          fail(signal.reason);
        });
      }),
    readyTimeoutMs,
    onState: () => {},
    ...time,
  });
  return { supervisor, said, target, slept };
}

const exits = (code: number): Promise<End> => new Promise((done) => setTimeout(() => done({ code, signal: null }), 5));
const never = new Promise<End>(() => {});

describe('supervisor', () => {
  it('writes an intent before each start, and what came of it', async () => {
    const { supervisor, said } = make('on-failure', [
      { ready: true, exit: exits(1) },
      { ready: true, exit: exits(0) },
    ]);
    supervisor.begin([]);
    expect(await supervisor.ended).toEqual({ status: 'finished', code: 0 });
    expect(said).toEqual([
      'intent 1',
      'outcome 1 succeeded',
      'failure 1',
      'retry 1',
      'intent 2',
      'outcome 2 succeeded',
      'outcome 2 succeeded',
    ]);
    expect(supervisor.status()).toMatchObject({ restarts: 1, lastExit: 'it ended with status 0' });
  });

  it('does not say of a task that it succeeded before it has ended', async () => {
    const { supervisor, said } = make('never', [{ ready: true, exit: exits(0) }]);
    supervisor.begin([]);
    expect(await supervisor.ready).toBe(true);
    expect(said).toEqual(['intent 1', 'progress 1', 'outcome 1 succeeded']);
  });

  it('waits longer after each end, and gives up after as many as it was told', async () => {
    const lives = Array.from({ length: 4 }, () => ({ ready: true, exit: exits(3) }));
    const { supervisor, slept, target } = make('always', lives, 900, { restarts: 3 });
    supervisor.begin([]);
    expect(await supervisor.ended).toEqual({
      status: 'failed',
      reason: 'it ended with status 3, after 3 restarts in a row',
    });
    expect([slept.filter((ms) => ms !== 900), target.starts]).toEqual([[500, 1000, 2000], 4]);
  });

  it('ends what has used up its time, and does not start it again', async () => {
    const { supervisor, said, target } = make('always', [{ ready: true, exit: never }], 1000, {
      budget: { wallSeconds: 2 },
    });
    supervisor.begin([]);
    expect(await supervisor.ended).toEqual({ status: 'failed', reason: 'it ran for 2 s, which is all that it may' });
    expect([target.starts, target.terminated]).toEqual([1, 1]);
    expect(said).toContain('stop intent 1');
    expect(said.at(-1)).toBe('outcome 1 failed');
  });

  it('a task that comes to its end while it is asked to stop has had its effect', async () => {
    for (const [asked, state] of [
      [{ code: 0, signal: null }, 'succeeded'],
      [{ code: 1, signal: null }, 'cancelled'],
    ] as const) {
      const { supervisor, said } = make('never', [{ ready: true, exit: never, asked }]);
      supervisor.begin([]);
      await new Promise((done) => setTimeout(done, 1));
      await supervisor.stop(10_000);
      expect(await supervisor.ended).toBe('stopped');
      expect(said).toContain(`outcome 1 ${state}`);
    }
  });

  it('waits for what it needs, and fails with it', async () => {
    const { supervisor, said, target } = make('on-failure', []);
    supervisor.begin([Promise.resolve(true), new Promise((done) => setTimeout(() => done(false), 5))]);
    expect(await supervisor.ended).toMatchObject({ status: 'failed' });
    expect([said, target.starts]).toEqual([['outcome 1 skipped'], 0]);
  });

  it('gives up a program whose ports never answer', async () => {
    const { supervisor, target } = make('never', [{ ready: false, exit: never }], 20);
    supervisor.begin([]);
    expect(await supervisor.ended).toEqual({ status: 'failed', reason: 'nothing listened on its ports within 20 ms' });
    expect(target.terminated).toBe(1);
  });

  it('stops in every state', async () => {
    const waiting = make('on-failure', []);
    waiting.supervisor.begin([new Promise(() => {})]);
    await waiting.supervisor.stop(10);
    expect(await waiting.supervisor.ended).toBe('stopped');

    const running = make('always', [{ ready: true, exit: never }]);
    running.supervisor.begin([]);
    await running.supervisor.ready;
    await running.supervisor.stop(10);
    expect([await running.supervisor.ended, running.target.terminated]).toEqual(['stopped', 1]);
    expect(running.said.slice(-3).sort()).toEqual(['outcome 1 cancelled', 'stop intent 1', 'stop outcome 1 succeeded']);
  });
});

/** The clock of the test: nothing passes but what is advanced. */
const clock: Time = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((done, fail) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener('abort', () => {
        clearTimeout(timer);
        fail(signal.reason);
      });
    }),
};
const endsAfter = (ms: number, code: number): Promise<End> =>
  new Promise((done) => setTimeout(() => done({ code, signal: null }), ms));
const minute = 60_000;

describe('supervisor of a program with ports', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const silent: Life = { ready: false, exit: never, ports: { missing: [8000], others: [] } };
  const withPort = { ports: [8000] };

  it('counts the starts after which they did not open, waits longer before each, and then gives up', async () => {
    vi.useFakeTimers();
    const { supervisor, target, said } = make(
      'always',
      Array(4).fill(silent),
      minute,
      { ...withPort, restarts: 3 },
      clock,
    );
    supervisor.begin([]);
    await vi.advanceTimersByTimeAsync(minute + 499);
    expect([supervisor.status().state, supervisor.status().restarts, target.starts]).toEqual(['restarting', 1, 1]);
    expect(supervisor.status().lastExit).toBe('nothing listened on port 8000 within 60 s');
    await vi.advanceTimersByTimeAsync(1 + minute + 999);
    expect([supervisor.status().state, target.starts]).toEqual(['restarting', 2]);
    await vi.advanceTimersByTimeAsync(1 + minute + 2000 + minute - 1);
    expect([supervisor.status().state, target.starts]).toEqual(['starting', 4]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await supervisor.ended).toEqual({
      status: 'failed',
      reason: 'nothing listened on port 8000 within 60 s, after 3 restarts in a row',
    });
    expect(await supervisor.up).toBe(false);
    expect(said.at(-1)).toBe('outcome 4 failed');
  });

  it('counts anew only after a minute in which they were open', async () => {
    vi.useFakeTimers();
    const lives: readonly Life[] = [
      { ready: false, exit: endsAfter(minute + 10, 1) },
      { ready: true, exit: endsAfter(3 * minute, 2) },
      { ready: false, exit: endsAfter(5 * minute, 3) },
    ];
    const { supervisor, target } = make('on-failure', lives, 10 * minute, { ...withPort, restarts: 1 }, clock);
    supervisor.begin([]);
    await vi.advanceTimersByTimeAsync(minute + 600);
    expect(target.starts).toBe(2);
    await vi.advanceTimersByTimeAsync(2 * minute);
    expect([supervisor.status().restarts, target.starts]).toEqual([2, 3]);
    await vi.advanceTimersByTimeAsync(10 * minute);
    expect(await supervisor.ended).toEqual({ status: 'failed', reason: 'it ended with status 3, after 1 restart' });
  });

  it('waits as long as the component says', async () => {
    vi.useFakeTimers();
    const { supervisor } = make('never', [silent], minute, { ...withPort, readyMs: 2000 }, clock);
    supervisor.begin([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await supervisor.ended).toEqual({ status: 'failed', reason: 'nothing listened on port 8000 within 2 s' });
  });

  it.each([
    [undefined, 'nothing listened on ports 8000, 9000 within 1 s'],
    [{ missing: [9000], others: [] }, 'nothing listened on port 9000 within 1 s'],
    [{ missing: [9000], others: [3000] }, 'nothing listened on port 9000 within 1 s; it listens on port 3000 instead'],
    [
      { missing: [8000, 9000], others: [3000, 3001] },
      'nothing listened on ports 8000, 9000 within 1 s; it listens on ports 3000, 3001 instead',
    ],
  ])('names the ports that did not open, and those that did instead: %j', async (ports, reason) => {
    vi.useFakeTimers();
    const life: Life = { ready: false, exit: never, ...(ports ? { ports } : {}) };
    const { supervisor } = make('never', [life], 1000, { ports: [8000, 9000] }, clock);
    supervisor.begin([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(await supervisor.ended).toEqual({ status: 'failed', reason });
  });
});
