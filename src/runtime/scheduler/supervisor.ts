/** Keeps one component as it should be: started when its providers are ready, restarted as it says, its end kept. */
import type { JsonObject } from '../../base/json.ts';
import { type Action, actionOf } from '../actions/actions.ts';
import { describe, nextStep, restartLimits } from '../environments/local/backoff.ts';
import type { Ended } from '../gate/gate.ts';
import type { Recorder } from '../journal/record.ts';
import type { ComponentSpec } from '../prepare/component.ts';
import type { End, Started, Target } from '../target.ts';
import { portsFault } from './ports-fault.ts';

export type ComponentState = 'waiting' | 'starting' | 'ready' | 'restarting' | 'finished' | 'failed' | 'stopped';

export interface ComponentStatus {
  readonly moniker: string;
  readonly state: ComponentState;
  readonly pid: number | undefined;
  readonly restarts: number;
  /** The last end, in words. */
  readonly lastExit: string | undefined;
}

export interface Supervisor {
  readonly moniker: string;
  readonly status: () => ComponentStatus;
  /** Resolves with true when it was ready for the first time, or finished in order; with false when it never will be. */
  readonly ready: Promise<boolean>;
  /** It was started and, where it has ports, they answered once; false when that will never be. */
  readonly up: Promise<boolean>;
  readonly ended: Promise<Ended | 'stopped'>;
  /** `providers` have to be ready. */
  readonly begin: (providers: readonly Promise<boolean>[]) => void;
  readonly stop: (graceMs: number) => Promise<void>;
}

export interface SupervisorOptions {
  readonly component: ComponentSpec;
  readonly action: Action;
  /** The first attempt to make. */
  readonly attempt: number;
  /** How often it was asked to end by earlier processes of this run. */
  readonly stops: number;
  /** Keeps what was measured, and answers where it is. */
  readonly keep: (measured: JsonObject) => string;
  readonly target: Target;
  readonly record: Recorder;
  readonly now: () => number;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly readyTimeoutMs: number;
  readonly onState: (status: ComponentStatus) => void;
}

export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { component, action, target, record, now } = options;
  const { moniker } = component;
  const readyMs = component.readyMs ?? options.readyTimeoutMs;
  let state: ComponentState = 'waiting';
  let current: Started | undefined;
  let attempt = options.attempt - 1;
  let failures = 0;
  let restarts = 0;
  let lastExit: string | undefined;
  /** Its ports were open, in this life or in one before. */
  let wasReady = false;
  /** When this life became ready, if it did. */
  let readyAt: number | undefined;
  const stopping = new AbortController();
  const halts: Promise<void>[] = [];
  let stops = options.stops;
  const first = deferred<boolean>();
  const up = deferred<boolean>();
  const end = deferred<Ended | 'stopped'>();

  const status = (): ComponentStatus => ({ moniker, state, pid: current?.pid, restarts, lastExit });
  const enter = (next: ComponentState): void => {
    state = next;
    options.onState(status());
  };
  let settled = false;
  const settle = (ended: Ended | 'stopped'): void => {
    if (settled) return;
    settled = true;
    target.over(moniker);
    enter(ended === 'stopped' ? 'stopped' : ended.status);
    first.resolve(ended !== 'stopped' && ended.status === 'finished');
    up.resolve(ended !== 'stopped' && ended.status === 'finished');
    end.resolve(ended);
  };

  /** Ends what runs. What cannot be written down is done all the same: nothing goes on running for want of a record. */
  const halt = (reason: string, graceMs: number): Promise<void> => {
    const one = current;
    if (!one) return Promise.resolve();
    const stop = actionOf('process.stop', moniker);
    const count = ++stops;
    const ended = async (): Promise<void> => {
      const written = isWritten(() => record.intent(stop, count, { reason, graceMs }));
      await one.terminate(graceMs);
      if (written) isWritten(() => record.outcome(stop, count, 'succeeded'));
    };
    const halted = ended();
    halts.push(halted);
    return halted;
  };

  /** Until the program has ended; answers why it was ended, if it was for the time that it took. */
  const watchTime = (started: Started): Promise<string | undefined> => {
    const { wallSeconds } = component.budget;
    if (wallSeconds === undefined) return started.ended.then(() => undefined);
    const over = new AbortController();
    const spent = options.sleep(wallSeconds * 1000, over.signal).then(
      async () => {
        const why = `it ran for ${wallSeconds} s, which is all that it may`;
        await halt(why, 1_000);
        return why;
      },
      () => undefined,
    );
    return started.ended.then(() => {
      over.abort();
      return spent;
    });
  };

  /** Status 0 of what never served: nobody could reach it, so it has not finished its work. */
  const endedEarly = (exit: Life): boolean =>
    !wasReady &&
    action.type !== 'task.run' &&
    component.ports.length > 0 &&
    exit.fault === undefined &&
    exit.code === 0;

  /** One life of the program. */
  const live = async (): Promise<Life> => {
    attempt++;
    readyAt = undefined;
    record.intent(action, attempt);
    const started = target.start(moniker, attempt);
    current = started;
    enter('starting');
    const measured = keepMeasured(started, options.keep);
    const spent = watchTime(started);
    void started.exceeded?.then((why) => halt(why, 1_000));
    const isTask = action.type === 'task.run';
    const late = new AbortController();
    const raced = await Promise.race([
      started.ready.then(() => 'ready' as const),
      started.ended.then(() => 'ended' as const),
      options.sleep(readyMs, late.signal).then(() => 'late' as const),
    ]);
    late.abort();
    if (raced === 'ready') {
      const pid: JsonObject = started.pid === undefined ? {} : { pid: started.pid };
      if (isTask) record.tell('progress', action, attempt, { event: 'started', ...pid, ...measured() });
      else record.outcome(action, attempt, 'succeeded', { ...pid, ...measured() });
      wasReady = true;
      readyAt = now();
      enter('ready');
      up.resolve(true);
      if (!isTask) first.resolve(true);
    } else if (raced === 'late') {
      const fault = portsFault(component.ports, started.ports(), readyMs);
      await halt(fault, 0);
      current = undefined;
      return { code: null, signal: null, fault };
    }
    const exit = await started.ended;
    const why = await spent;
    current = undefined;
    return why === undefined ? exit : { code: null, signal: null, fault: why, isLast: true };
  };

  const supervise = async (): Promise<void> => {
    for (;;) {
      const exit = await live();
      const told = exit.fault ?? describe(exit);
      lastExit = told;
      const isTask = action.type === 'task.run';
      if (stopping.signal.aborted) {
        // A task that came to its end all the same has had its effect.
        const isDone = isTask && exit.fault === undefined && exit.code === 0;
        record.outcome(action, attempt, isDone ? 'succeeded' : 'cancelled', { exit: told });
        return settle('stopped');
      }
      // Waiting for ports that never open proves nothing.
      if (readyAt !== undefined && now() - readyAt > restartLimits.resetMs) failures = 0;
      const limits = { ...restartLimits, most: component.restarts };
      const next = nextStep(component.restart, exit, failures, limits, told);
      const isOver = exit.isLast === true || (exit.fault !== undefined && next.kind === 'finished');
      const early = next.kind === 'finished' && endedEarly(exit);
      const step = early
        ? ({ kind: 'failed', reason: `${told} before its ports answered` } as const)
        : isOver
          ? ({ kind: 'failed', reason: told } as const)
          : next;
      if (step.kind === 'finished') {
        record.outcome(action, attempt, 'succeeded', { exit: told });
        return settle({ status: 'finished', code: step.code });
      }
      record.tell('failure', action, attempt, { exit: told });
      if (step.kind === 'failed' || isTask) {
        const reason = step.kind === 'failed' ? step.reason : told;
        record.outcome(action, attempt, 'failed', { exit: told, ...(exit.ran === false ? { ran: false } : {}) });
        return settle({ status: 'failed', reason });
      }
      failures++;
      restarts++;
      const count = { restart: failures, most: component.restarts };
      record.tell('retry', action, attempt, { afterMs: step.afterMs, exit: told, ...count });
      enter('restarting');
      await options.sleep(step.afterMs, stopping.signal).catch(() => {});
      if (stopping.signal.aborted) return settle('stopped');
    }
  };

  return {
    moniker,
    status,
    ready: first.promise,
    up: up.promise,
    ended: end.promise,
    begin: (providers) => {
      void Promise.all(providers)
        .then(async (all) => {
          if (stopping.signal.aborted) return settle('stopped');
          if (all.includes(false)) {
            record.outcome(action, attempt + 1, 'skipped', { reason: 'something that it needs did not start' });
            return settle({ status: 'failed', reason: 'something that it needs did not start' });
          }
          return supervise();
        })
        .catch(end.reject);
    },
    stop: async (graceMs) => {
      stopping.abort();
      if (state === 'waiting') return settle('stopped');
      void halt('the run ends', graceMs);
      await end.promise.catch(() => {});
      await Promise.all(halts);
    },
  };
}

interface Life extends End {
  /** Whatever the restart policy says. */
  readonly isLast?: boolean;
}

/** What is known of the place by the time that the answer is asked for. */
function keepMeasured(started: Started, keep: (measured: JsonObject) => string): () => JsonObject {
  let digest: string | undefined;
  void started.measured.then((measured) => {
    isWritten(() => {
      digest = keep(measured);
    });
  });
  return () => (digest === undefined ? {} : { sandbox: digest });
}

/** A record that cannot be written stops the run where its next step is written. */
function isWritten(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return false;
    throw error;
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((done, fail) => {
    resolve = done;
    reject = fail;
  });
  // Whoever waits meets it; nobody has to.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
