/** One run of a plan on this machine: everything that happens is in its journal. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson, type JsonObject, type JsonValue } from '../base/json.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import type { Blocked } from './blocked.ts';
import { type Action, actionId, actionsOf, startType } from './executor/actions.ts';
import { type Ended, judgeEnd, type Outcome, outcomeData } from './executor/gate.ts';
import { decide, pastOf } from './executor/reconcile.ts';
import { createRecorder, type Recorder } from './executor/record.ts';
import { type ComponentStatus, createSupervisor, type Supervisor } from './executor/supervisor.ts';
import type { Entry } from './journal/entry.ts';
import { openJournal } from './journal/journal.ts';
import type { LogLine } from './local/logs.ts';
import { createRedactor } from './local/redact.ts';
import { storageKey } from './local/storage.ts';
import { createLocalTarget } from './local/target.ts';
import { type ComponentSettings, type Prepared, prepareRun } from './prepare/prepare.ts';
import { acquireLock, type Lock } from './state/lock.ts';
import { createRun, makePrivate, runPaths } from './state/run-folder.ts';
import type { Target } from './target.ts';

/** What a run is made of, and is kept for `resume`. No value of a secret is in it. */
export interface RunSettings {
  /** Absolute: names of sources in the plan are relative to it. */
  readonly sourceFolder: string;
  /** Slot of the root → URL. */
  readonly externals: Readonly<Record<string, string>>;
  readonly exportPorts: Readonly<Record<string, number>>;
  readonly components: Readonly<Record<string, ComponentSettings>>;
}

export interface RunOptions extends RunSettings {
  readonly stateDir: string;
  /** Root config comes from here, then from `configFile`, then from defaults. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configFile?: JsonObject;
  /** An earlier run that is to go on. */
  readonly resume?: { readonly id: string; readonly redo: readonly string[] };
  readonly onEvent?: (event: RunEvent) => void;
  /** Milliseconds for programs to end by themselves; 10,000 unless given. */
  readonly graceMs?: number;
  /** Milliseconds for the ports of a program to answer; 60,000 unless given. */
  readonly readyTimeoutMs?: number;
}

export type RunEvent =
  | { readonly type: 'entry'; readonly entry: Entry }
  | { readonly type: 'state'; readonly status: ComponentStatus }
  | { readonly type: 'log'; readonly line: LogLine }
  | { readonly type: 'ready'; readonly exports: Readonly<Record<string, string>> };

export interface Run {
  readonly id: string;
  readonly folder: string;
  /** Everything is up, or the run ended before that. */
  readonly ready: Promise<boolean>;
  readonly done: Promise<Outcome>;
  readonly exports: () => Readonly<Record<string, string>>;
  readonly status: () => readonly ComponentStatus[];
  /** Ends it as cancelled. A second call with a shorter grace ends what is left at once. */
  readonly stop: (reason: string, graceMs?: number) => void;
}

const clock = (): string => new Date().toISOString();
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal, ref: true });

/** Begins a run, or goes on with one. Answers why not when nothing could be begun. */
export async function run(
  plan: DeploymentPlan,
  options: RunOptions,
): Promise<Run | { readonly blocked: readonly Blocked[] }> {
  try {
    return await open(plan, options);
  } catch (error) {
    if (!isIoError(error)) throw error;
    return { blocked: [unwritable(options.stateDir, error)] };
  }
}

async function open(
  plan: DeploymentPlan,
  options: RunOptions,
): Promise<Run | { readonly blocked: readonly Blocked[] }> {
  makePrivate(options.stateDir);
  const files = {
    'options.json': `${canonicalJson(settingsOf(options))}\n`,
    'plan.json': `${canonicalJson(plan as unknown as JsonValue)}\n`,
  };
  const id = options.resume?.id ?? createRun(options.stateDir, new Date(), files);
  const paths = runPaths(options.stateDir, id);
  if (!existsSync(paths.journal)) return { blocked: [lost(id, paths.journal)] };
  const lock = await acquireLock(paths.folder);
  if ('heldBy' in lock) return { blocked: [alreadyRuns(id, lock.heldBy?.pid)] };
  try {
    const journal = openJournal(paths.journal, { runId: id, owner: lock.owner, clock });
    if ('corrupt' in journal) {
      await lock.release();
      return { blocked: [corrupt(id, paths.journal, journal.corrupt)] };
    }
    const onEvent = options.onEvent ?? ((): void => {});
    const record = createRecorder(journal, id, (entry) => onEvent({ type: 'entry', entry }));
    return begin({ plan, options, id, paths, lock, journal, record, onEvent });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Context {
  readonly plan: DeploymentPlan;
  readonly options: RunOptions;
  readonly id: string;
  readonly paths: ReturnType<typeof runPaths>;
  readonly lock: Lock;
  readonly journal: { readonly entries: readonly Entry[]; readonly close: () => void };
  readonly record: Recorder;
  readonly onEvent: (event: RunEvent) => void;
}

function begin(ctx: Context): Run {
  const { id, paths, options } = ctx;
  const supervisors: Supervisor[] = [];
  let exports: Readonly<Record<string, string>> = {};
  let cancelled: string | undefined;
  let stopNow: (graceMs: number) => void = () => {};
  let isUp: (up: boolean) => void = () => {};
  const ready = new Promise<boolean>((done) => {
    isUp = done;
  });
  const work = async (): Promise<Outcome> => {
    ctx.record.run('start', { plan: ctx.plan.planDigest, resumed: options.resume !== undefined });
    const prepared = prepareRun({ ...options, plan: ctx.plan });
    if ('blocked' in prepared) return { state: 'BLOCKED', blocked: prepared.blocked };
    const target = targetOf(ctx, prepared);
    const blocked = await target.probe();
    if (blocked.length > 0) return { state: 'BLOCKED', blocked };
    const made = supervise(ctx, prepared, target);
    if ('blocked' in made) return { state: 'BLOCKED', blocked: made.blocked };
    supervisors.push(...made.supervisors);
    let begun = false;
    try {
      const opened = await target.open();
      if ('blocked' in opened) return { state: 'BLOCKED', blocked: opened.blocked };
      exports = Object.fromEntries(opened.exports);
      stopNow = (graceMs) => {
        for (const one of supervisors) void one.stop(graceMs);
      };
      if (cancelled !== undefined) stopNow(0);
      begun = true;
      made.begin();
      void Promise.all(supervisors.map((one) => one.up)).then((all) => {
        const up = !all.includes(false);
        if (up) {
          ctx.record.run('progress', { event: 'ready', exports });
          ctx.onEvent({ type: 'ready', exports });
        } else if (cancelled === undefined) {
          // What did not come up once is no scenario; what fails later takes nothing else down.
          stopNow(options.graceMs ?? 10_000);
        }
        isUp(up);
      });
      const ends = new Map<string, Ended>();
      for (const one of supervisors) {
        const end = await one.ended;
        if (end !== 'stopped') ends.set(one.moniker, end);
      }
      for (const moniker of made.done) ends.set(moniker, { status: 'finished', code: 0 });
      return cancelled === undefined ? judgeEnd(ends) : { state: 'CANCELLED', reason: cancelled };
    } finally {
      if (begun) await Promise.all(supervisors.map((one) => one.stop(0)));
      await target.close();
    }
  };
  const done = work()
    .then((outcome) => {
      ctx.record.run('gate', outcomeData(outcome));
      return outcome;
    })
    .catch((error: unknown): Outcome => {
      // Without its record a run must not go on; what it had started is ended by now.
      if (!isIoError(error)) throw error;
      return { state: 'FAILED', reasons: [`the record of the run cannot be written: ${error.message}`] };
    })
    .finally(async () => {
      isUp(false);
      ctx.journal.close();
      await ctx.lock.release();
    });
  return {
    id,
    folder: paths.folder,
    ready,
    done,
    exports: () => exports,
    status: () => supervisors.map((one) => one.status()),
    stop: (reason, graceMs = options.graceMs ?? 10_000) => {
      const first = cancelled === undefined;
      cancelled ??= reason;
      stopNow(graceMs);
      if (first) tellCancelled(ctx.record, reason);
    },
  };
}

/** That it was asked to end is told where it can be; it ends in any case. */
function tellCancelled(record: Recorder, reason: string): void {
  try {
    record.run('cancel', { reason });
  } catch (error) {
    if (!isIoError(error)) throw error;
  }
}

const isIoError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';

function targetOf({ options, paths, plan, onEvent }: Context, prepared: Prepared): Target {
  const { redact } = createRedactor(prepared.secrets);
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  return createLocalTarget({
    prepared,
    stateDir: options.stateDir,
    storage: storageKey(options.sourceFolder, plan.scenario.root),
    exportPorts: options.exportPorts,
    externals: options.externals,
    logs: { folder: paths.logs, clock, redact, onLine: (line) => onEvent({ type: 'log', line }) },
  });
}

interface Supervised {
  readonly supervisors: readonly Supervisor[];
  /** Tasks that an earlier process of this run brought to their end. */
  readonly done: readonly string[];
  readonly begin: () => void;
}

/** Decides for every action what an earlier process has left of it. */
function supervise(
  ctx: Context,
  prepared: Prepared,
  target: Target,
): Supervised | { readonly blocked: readonly Blocked[] } {
  const { options, record } = ctx;
  const past = pastOf(ctx.journal.entries);
  const actions = new Map(actionsOf(prepared.components).map((action) => [action.id, action]));
  const blocked: Blocked[] = [];
  const done: string[] = [];
  const supervisors: Supervisor[] = [];
  for (const component of prepared.components) {
    const action = actions.get(actionId(startType(component), component.moniker)) as Action;
    const found = past.get(action.id);
    const decided = decide(action, found);
    const redo = options.resume?.redo.includes(component.moniker) === true;
    if (found && found.state === undefined && decided.kind !== 'done') {
      const state = decided.kind === 'unknown' && !redo ? 'unknown' : 'failed';
      record.tell('reconciled', action, found.attempt, { state });
    }
    if (decided.kind === 'done') {
      done.push(component.moniker);
      continue;
    }
    if (decided.kind === 'unknown' && !redo) {
      blocked.push({
        gate: 'outcome_unknown',
        subject: component.moniker,
        reasons: [
          'headgate was ended while this task ran, so it may have had its effect, and it is not to have it twice',
        ],
        remedy: `look whether it did; then \`headgate resume ${ctx.id} --redo ${component.moniker}\``,
      });
      continue;
    }
    supervisors.push(
      createSupervisor({
        component,
        action,
        attempt: decided.kind === 'again' ? decided.attempt : decided.attempt + 1,
        target,
        record,
        now: () => performance.now(),
        sleep: pause,
        readyTimeoutMs: options.readyTimeoutMs ?? 60_000,
        onState: (status) => ctx.onEvent({ type: 'state', status }),
      }),
    );
  }
  if (blocked.length > 0) return { blocked };
  const byMoniker = new Map(supervisors.map((one) => [one.moniker, one]));
  const begin = (): void => {
    for (const component of prepared.components) {
      const providers = component.after.flatMap((moniker) => byMoniker.get(moniker)?.ready ?? []);
      byMoniker.get(component.moniker)?.begin(providers);
    }
  };
  return { supervisors, done, begin };
}

const settingsOf = ({ sourceFolder, externals, exportPorts, components }: RunOptions): JsonValue =>
  ({ sourceFolder, externals, exportPorts, components }) as unknown as JsonValue;

/** What `run` wrote down of an earlier run. */
export function readRun(
  stateDir: string,
  id: string,
): { readonly plan: DeploymentPlan; readonly settings: RunSettings } | undefined {
  const paths = runPaths(stateDir, id);
  if (!existsSync(paths.plan)) return undefined;
  return {
    plan: JSON.parse(readFileSync(paths.plan, 'utf8')) as DeploymentPlan,
    settings: JSON.parse(readFileSync(paths.options, 'utf8')) as RunSettings,
  };
}

const unwritable = (stateDir: string, error: NodeJS.ErrnoException): Blocked => ({
  gate: 'state_unwritable',
  subject: stateDir,
  reasons: [error.message],
  remedy:
    error.code === 'ENOSPC' || error.code === 'EDQUOT'
      ? 'free some space, or keep the state elsewhere with --state-dir'
      : 'make it writable, or keep the state elsewhere with --state-dir',
});

const lost = (id: string, path: string): Blocked => ({
  gate: 'journal_missing',
  subject: id,
  reasons: [`there is no ${path}, so nobody can say what the run has done`],
  remedy: 'begin a new one with `headgate run`',
});

const alreadyRuns = (id: string, pid: number | undefined): Blocked => ({
  gate: 'already_running',
  subject: id,
  reasons: [pid === undefined ? 'another headgate has it' : `process ${pid} has it`],
  remedy: `\`headgate stop ${id}\` ends it`,
});

const corrupt = (
  id: string,
  path: string,
  { line, reason }: { readonly line: number; readonly reason: string },
): Blocked => ({
  gate: 'journal_corrupt',
  subject: id,
  reasons: [`line ${line} of ${path}: ${reason}`],
  remedy: 'the record of this run cannot be trusted and it cannot go on; begin a new one with `headgate run`',
});
