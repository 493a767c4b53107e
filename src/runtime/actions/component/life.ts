/**
 * Keeps one component as it should be: started, restarted as it says, its end kept.
 *
 * ```
 *  waiting ──start──▶ starting ──ports open──▶ ready
 *     │                │   ▲                     │
 *     │              ends  └─── restarting ◀─── ends, and may be restarted
 *     │                │            │            │
 *     └─skip/stop──────┴────────────┴────────────┴──▶ over: finished | failed | stopped
 * ```
 */

import { deferred } from '../../../base/deferred.ts';
import { exitText } from '../../../base/exit-text.ts';
import type { Action } from '../../../ir/action.ts';
import type { Standing } from '../../../ports/authority.ts';
import type { Started } from '../../../ports/environment.ts';
import type { Ended } from '../../gate/gate.ts';
import { whileWritable } from '../../journal/writable.ts';
import { type Kept, keepMeasured } from './kept.ts';
import type { LifeOptions } from './life-options.ts';
import type { ComponentStatus, LifeState } from './life-state.ts';
import { portsFault } from './ports-fault.ts';
import { restartLimits } from './restarts.ts';
import { type Once, stepAfter } from './step-after.ts';

export interface Life {
  readonly moniker: string;
  readonly status: () => ComponentStatus;
  /** Its start was begun, so that there is something to take back. */
  readonly isBegun: () => boolean;
  /** Resolves with true when its effect was had: it was ready, or as a task finished in order; with false when it never will. */
  readonly ready: Promise<boolean>;
  /** It was started and, where it has ports, they were open once; false when that will never be. */
  readonly up: Promise<boolean>;
  /** Its first start is over with, well or not: nothing of it is half made. */
  readonly launched: Promise<void>;
  /** Rejects when the record cannot be written. */
  readonly ended: Promise<Ended | 'stopped'>;
  readonly start: () => void;
  /** It is not started at all, because something that it needs was not done. */
  readonly skip: (reason: string) => void;
  /** Whether its program runs, and may be ended and started again; `task`: its effect is had once. */
  readonly renewable: () => 'yes' | 'not running' | 'task';
  /**
   * Ends its program, and starts it again as if nothing had been: no failure, no restart of its policy. False where nothing runs that
   * could be ended, or where it is a task.
   */
  readonly renew: (reason: string, graceMs: number) => boolean;
  /** Resolves when it has ended. Asked again, it takes the grace of then. */
  readonly stop: (reason: string, graceMs: () => number) => Promise<void>;
}

const unauthorized = 'what it stands on was taken away';
/** A program that was killed is gone within this time, or its environment has lost it. */
const killedMs = 10_000;
/** For a program that has used up its time, or took more than it may. */
const spentGraceMs = 1_000;

export function createLife(options: LifeOptions): Life {
  const { component, action, environment, record, clock } = options;
  const { moniker } = component;
  const isTask = action.type === 'task.run';
  const stopAction: Action = { type: 'process.stop', target: moniker };
  const readyMs = component.readyMs ?? options.readyTimeoutMs;
  let now: LifeState = { state: 'waiting' };
  let failures = 0;
  let restarts = 0;
  let lastExit: string | undefined;
  /** Its ports were open, in this life of the program or in one before. */
  let wasReady = false;
  /** Of the program that runs, as long as the journal does not say it. */
  let kept: Kept = {};
  const stopping = new AbortController();
  /** Why its program is to be started again, and is being ended for. */
  let renewing: string | undefined;
  const halts: Promise<void>[] = [];
  const ready = deferred<boolean>();
  const up = deferred<boolean>();
  const end = deferred<Ended | 'stopped'>();
  const launched = deferred<void>();

  const startedIn = (one: LifeState): Started | undefined => ('started' in one ? one.started : undefined);
  const status = (): ComponentStatus => ({
    moniker,
    state: now.state,
    pid: startedIn(now)?.pid,
    restarts,
    lastExit,
  });
  const enter = (next: LifeState): void => {
    now = next;
    options.onState(status());
  };
  let isOver = false;
  const settle = (ended: Ended | 'stopped'): void => {
    if (isOver) return;
    isOver = true;
    const finished = ended !== 'stopped' && ended.status === 'finished';
    enter({ state: ended === 'stopped' ? 'stopped' : ended.status });
    void environment.over(moniker, options.back()).catch(() => {});
    ready.resolve(finished);
    up.resolve(finished);
    end.resolve(ended);
    launched.resolve();
  };

  /** Ends what runs now, and writes that down where it can be. */
  const halt = (reason: string, graceMs: number): Promise<void> => {
    const started = startedIn(now);
    if (!started) return Promise.resolve();
    const halted = (async () => {
      const attempt = whileWritable(() => record.begin(stopAction, options.back(), { reason, graceMs }));
      await started.terminate(graceMs);
      if (attempt !== undefined) whileWritable(() => record.outcome(stopAction, attempt, { state: 'succeeded' }));
    })();
    halts.push(halted);
    return halted;
  };

  /** Until the program has ended; answers why it was ended, if it was for the time that it took. */
  const watchTime = (started: Started): Promise<string | undefined> => {
    const { wallSeconds } = component.budget;
    if (wallSeconds === undefined) return started.ended.then(() => undefined);
    const over = new AbortController();
    const spent = clock.sleep(wallSeconds * 1000, over.signal).then(
      async () => {
        await halt('its time is up', spentGraceMs);
        return `it ran for ${wallSeconds} s, which is all that it may`;
      },
      () => undefined,
    );
    return started.ended.then(() => {
      over.abort();
      return spent;
    });
  };

  /** From one start of the program to its end. */
  const live = async (attempt: number, on: Standing): Promise<Once> => {
    const started = await environment.start(moniker, attempt, undefined, on);
    launched.resolve();
    now = { state: 'starting', started };
    // It was asked to end before there was anything to end.
    if (stopping.signal.aborted) void halt('the run ends', 0);
    else if (renewing !== undefined) void halt(renewing, 0);
    const measured = keepMeasured(started, options.keep);
    kept = measured();
    const spent = watchTime(started);
    void started.exceeded?.then((why) => halt(why, spentGraceMs));
    const late = new AbortController();
    const raced = await Promise.race([
      started.ready.then(() => 'ready' as const),
      started.ended.then(() => 'ended' as const),
      clock.sleep(readyMs, late.signal).then(() => 'late' as const),
    ]);
    late.abort();
    // Its sandbox was measured before the program began, and a task may come to its end without having opened a port.
    kept = measured();
    if (raced === 'ready') {
      const pid = started.pid === undefined ? {} : { pid: started.pid };
      if (isTask) record.tell('progress', action, attempt, { event: 'started', ...pid, ...measured() });
      else record.outcome(action, attempt, { state: 'succeeded', ...pid, ...measured() });
      wasReady = true;
      kept = {};
      enter({ state: 'ready', started, since: clock.now() });
      up.resolve(true);
      if (!isTask) ready.resolve(true);
    } else if (raced === 'late') {
      const fault = portsFault(component.ports, started.ports(), readyMs);
      await halt(fault, 0);
      return { code: null, signal: null, fault };
    }
    const exit = await started.ended;
    const why = await spent;
    return why === undefined ? exit : { code: null, signal: null, fault: why, isLast: true };
  };

  const supervise = async (): Promise<void> => {
    for (;;) {
      enter({ state: 'starting' });
      renewing = undefined;
      const on = options.stand();
      if (!on) return settle(stopping.signal.aborted ? 'stopped' : { status: 'failed', reason: unauthorized });
      const attempt = record.begin(action, on);
      kept = {};
      const exit = await live(attempt, on);
      const isHad = now.state === 'ready';
      // Waiting for ports that never open proves nothing.
      if (now.state === 'ready' && clock.now() - now.since > restartLimits.resetMs) failures = 0;
      const told = exit.fault ?? exitText(exit.code, exit.signal);
      lastExit = told;
      if (stopping.signal.aborted) {
        // A task that came to its end all the same has had its effect.
        const isDone = isTask && exit.fault === undefined && exit.code === 0;
        record.outcome(action, attempt, { state: isDone ? 'succeeded' : 'cancelled', exit: told, ...kept });
        return settle('stopped');
      }
      if (renewing !== undefined && !exit.refused && !exit.unreachable) {
        if (!isHad) record.outcome(action, attempt, { state: 'cancelled', exit: told, ...kept });
        continue;
      }
      if (exit.refused && !exit.unreachable) options.refuse([exit.refused]);
      const step = stepAfter(exit, component, { told, failures, wasReady, isTask });
      if (step.kind === 'finished') {
        record.outcome(action, attempt, { state: 'succeeded', exit: told, ...kept });
        return settle({ status: 'finished', code: step.code });
      }
      record.tell('failure', action, attempt, { exit: told });
      if (step.kind === 'failed' || isTask) {
        const ran = exit.ran === false ? { ran: false } : {};
        const state = exit.unreachable ? 'unknown' : 'failed';
        record.outcome(action, attempt, { state, exit: told, ...ran, ...kept });
        if (exit.refused && exit.unreachable) options.lost([exit.refused]);
        return settle({ status: 'failed', reason: step.kind === 'failed' ? step.reason : told });
      }
      failures++;
      restarts++;
      const { afterMs } = step;
      record.tell('retry', action, attempt, { afterMs, exit: told, restart: failures, most: component.restarts });
      enter({ state: 'restarting', afterMs });
      await clock.sleep(afterMs, stopping.signal).catch(() => {});
      if (stopping.signal.aborted) return settle('stopped');
    }
  };

  const renewable = (): ReturnType<Life['renewable']> => {
    const isRunning = now.state === 'starting' || now.state === 'ready';
    if (isOver || stopping.signal.aborted || !isRunning) return 'not running';
    return isTask ? 'task' : 'yes';
  };

  return {
    moniker,
    status,
    renewable,
    isBegun: () => now.state !== 'waiting',
    ready: ready.promise,
    up: up.promise,
    ended: end.promise,
    launched: launched.promise,
    start: () => {
      if (isOver) return;
      if (stopping.signal.aborted) settle('stopped');
      else
        void supervise().catch((error: unknown) => {
          launched.resolve();
          end.reject(error);
        });
    },
    renew: (reason, graceMs) => {
      if (renewable() !== 'yes') return false;
      renewing = reason;
      void halt(reason, graceMs);
      return true;
    },
    skip: (reason) => settle({ status: 'failed', reason }),
    stop: async (reason, graceMs) => {
      stopping.abort();
      if (now.state === 'waiting') return settle('stopped');
      if (isOver) return;
      const grace = graceMs();
      const halted = halt(reason, grace);
      const lost = new AbortController();
      await Promise.race([
        end.promise.catch(() => {}),
        halted
          .then(() => clock.sleep(killedMs, lost.signal))
          .then(
            () => settle({ status: 'failed', reason: `it was killed, and was still there after ${killedMs / 1000} s` }),
            () => {},
          ),
      ]);
      lost.abort();
      await Promise.all(halts);
    },
  };
}
