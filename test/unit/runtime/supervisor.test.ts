import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../src/base/json.ts';
import { actionsOf } from '../../../src/runtime/executor/actions.ts';
import type { Recorder } from '../../../src/runtime/executor/record.ts';
import { createSupervisor, type Supervisor } from '../../../src/runtime/executor/supervisor.ts';
import type { Exit } from '../../../src/runtime/local/backoff.ts';
import type { ComponentSpec, Restart } from '../../../src/runtime/prepare/component.ts';
import type { Started, Target } from '../../../src/runtime/target.ts';

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
  after: [],
  egress: null,
});

/** A program that does what the test says: each start takes the next life. */
interface Life {
  readonly ready: boolean;
  readonly exit: Promise<Exit & { fault?: string }>;
}

function fakeTarget(lives: readonly Life[]): Target & { starts: number; terminated: number } {
  const target = {
    starts: 0,
    terminated: 0,
    probe: async () => [],
    open: async () => ({ exports: new Map() }),
    over: () => {},
    close: async () => {},
    start: (): Started => {
      const life = lives[target.starts++] as Life;
      let end: (exit: Exit) => void = () => {};
      const killed = new Promise<Exit>((done) => {
        end = done;
      });
      return {
        pid: 100 + target.starts,
        ready: life.ready ? Promise.resolve() : new Promise(() => {}),
        ended: Promise.race([life.exit, killed]),
        terminate: async () => {
          target.terminated++;
          end({ code: null, signal: 'SIGTERM' });
        },
      };
    },
  };
  return target;
}

interface Made {
  readonly supervisor: Supervisor;
  readonly said: string[];
  readonly target: ReturnType<typeof fakeTarget>;
}

function make(restart: Restart, lives: readonly Life[], readyTimeoutMs = 1000): Made {
  const component = spec(restart);
  const action = actionsOf([component]).find((one) => one.target === '/a');
  if (!action) throw new Error('no action');
  const said: string[] = [];
  const tell = (type: string, attempt: number, data: JsonObject): number =>
    said.push(`${type} ${attempt} ${String(data['state'] ?? '')}`.trim());
  const record: Recorder = {
    run: () => {},
    tell: (type, _, attempt, data) => tell(type, attempt, data),
    intent: (_, attempt) => tell('intent', attempt, {}),
    outcome: (_, attempt, state) => tell('outcome', attempt, { state }),
  };
  const target = fakeTarget(lives);
  const supervisor = createSupervisor({
    component,
    action,
    attempt: 1,
    target,
    record,
    now: () => 0,
    sleep: (ms, signal) =>
      new Promise((done, fail) => {
        const timer = setTimeout(done, ms >= 500 && ms !== readyTimeoutMs ? 1 : ms);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          fail(signal.reason);
        });
      }),
    readyTimeoutMs,
    onState: () => {},
  });
  return { supervisor, said, target };
}

const exits = (code: number): Promise<Exit> => new Promise((done) => setTimeout(() => done({ code, signal: null }), 5));
const never = new Promise<Exit>(() => {});

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
    expect(said).toEqual(['intent 1', 'outcome 1 succeeded']);
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
    expect(await supervisor.ended).toEqual({ status: 'failed', reason: expect.stringContaining('did not answer') });
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
    expect(running.said.at(-1)).toBe('outcome 1 cancelled');
  });
});
