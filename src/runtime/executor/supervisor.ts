/** Keeps one component as it should be: started when its providers are ready, restarted as it says, its end kept. */
import type { Exit } from '../local/backoff.ts';
import { describe, nextStep } from '../local/backoff.ts';
import type { ComponentSpec } from '../prepare/component.ts';
import type { Started, Target } from '../target.ts';
import type { Action } from './actions.ts';
import type { Ended } from './gate.ts';
import type { Recorder } from './record.ts';

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
  let state: ComponentState = 'waiting';
  let current: Started | undefined;
  let attempt = options.attempt - 1;
  let failures = 0;
  let restarts = 0;
  let lastExit: string | undefined;
  const stopping = new AbortController();
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

  /** One life of the program. */
  const live = async (): Promise<Exit & { readonly fault?: string }> => {
    attempt++;
    record.intent(action, attempt);
    const started = target.start(moniker);
    current = started;
    enter('starting');
    const isTask = action.type === 'task.run';
    const late = new AbortController();
    const raced = await Promise.race([
      started.ready.then(() => 'ready' as const),
      started.ended.then(() => 'ended' as const),
      options.sleep(options.readyTimeoutMs, late.signal).then(() => 'late' as const),
    ]);
    late.abort();
    if (raced === 'ready') {
      if (!isTask) record.outcome(action, attempt, 'succeeded', started.pid === undefined ? {} : { pid: started.pid });
      enter('ready');
      up.resolve(true);
      if (!isTask) first.resolve(true);
    } else if (raced === 'late') {
      await started.terminate(0);
      const seconds = Math.round(options.readyTimeoutMs / 1000);
      return { code: null, signal: null, fault: `its ports did not answer within ${seconds} s` };
    }
    const exit = await started.ended;
    current = undefined;
    return exit;
  };

  const supervise = async (): Promise<void> => {
    for (;;) {
      const began = now();
      const exit = await live();
      const told = exit.fault ?? describe(exit);
      lastExit = told;
      const isTask = action.type === 'task.run';
      if (stopping.signal.aborted) {
        record.outcome(action, attempt, 'cancelled', { exit: told });
        return settle('stopped');
      }
      if (now() - began > 60_000) failures = 0;
      const next = nextStep(component.restart, exit, failures);
      const step =
        exit.fault !== undefined && next.kind === 'finished' ? ({ kind: 'failed', reason: told } as const) : next;
      if (step.kind === 'finished') {
        record.outcome(action, attempt, 'succeeded', { exit: told });
        return settle({ status: 'finished', code: step.code });
      }
      record.tell('failure', action, attempt, { exit: told });
      if (step.kind === 'failed' || isTask) {
        const reason = step.kind === 'failed' ? (exit.fault ?? step.reason) : told;
        record.outcome(action, attempt, 'failed', { exit: told });
        return settle({ status: 'failed', reason });
      }
      failures++;
      restarts++;
      record.tell('retry', action, attempt, { afterMs: step.afterMs, exit: told });
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
      await current?.terminate(graceMs);
      await end.promise.catch(() => {});
    },
  };
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
