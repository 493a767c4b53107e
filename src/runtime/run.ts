/** One run of a plan on this machine: everything that happens is in its journal. */
import { existsSync, mkdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { canonicalJson, type JsonValue } from '../base/json.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { noSpan } from '../ports/tracer.ts';
import { type Action, actionId, actionsOf, startType } from './actions/actions.ts';
import { leftOver, pastOf, reconcile } from './actions/reconcile.ts';
import { applyGrants, bindSecrets, keepIn, probeEnvironment, revokeGrants, type StepContext } from './actions/steps.ts';
import type { Blocked } from './blocked.ts';
import { createRedactor } from './environments/local/redact.ts';
import { type SizedStorage, storageKey } from './environments/local/storage.ts';
import { claimStorage } from './environments/local/storage-owner.ts';
import { createLocalTarget } from './environments/local/target.ts';
import { type Ended, judgeEnd, type Outcome, outcomeData } from './gate/gate.ts';
import type { Entry } from './journal/entry.ts';
import { openJournal } from './journal/journal.ts';
import { createRecorder, type Recorder } from './journal/record.ts';
import { createRunSpans, type RunSpans } from './journal/spans.ts';
import { apart, obey } from './listen.ts';
import { type Prepared, prepareRun } from './prepare/prepare.ts';
import { type Run, type RunEvent, type RunOptions, type SettledOptions, settle } from './run-options.ts';
import { createSupervisor, type Supervisor } from './scheduler/supervisor.ts';
import { createTurns, startsAtOnce, turnFor } from './scheduler/turns.ts';
import { acquireLock, type Lock } from './state/lock.ts';
import { createRun, makePrivate, runPaths, storePath, sweepStaging } from './state/run-folder.ts';
import { openStore } from './store/store.ts';
import type { Target } from './target.ts';

export type { Run, RunEvent, RunOptions, RunSettings } from './run-options.ts';

const clock = (): string => new Date().toISOString();
const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal, ref: true });

/**
 * Begins a run, or goes on with one; answers why not when nothing could be begun. What is missing later is told by `done`, as
 * BLOCKED. Throws for nothing that the plan, a program or this machine does.
 */
export async function run(
  plan: DeploymentPlan,
  given: RunOptions,
): Promise<Run | { readonly blocked: readonly Blocked[] }> {
  const options = settle(given);
  try {
    return await open(plan, options);
  } catch (error) {
    if (!isIoError(error)) throw error;
    return { blocked: [unwritable(options.stateDir, error)] };
  }
}

async function open(
  plan: DeploymentPlan,
  options: SettledOptions,
): Promise<Run | { readonly blocked: readonly Blocked[] }> {
  makePrivate(options.stateDir);
  sweepStaging(options.stateDir);
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
    const first = journal.entries.find(({ type, actionId }) => type === 'start' && actionId === null);
    if (first && first.data['plan'] !== plan.planDigest) {
      journal.close();
      await lock.release();
      return { blocked: [otherPlan(id)] };
    }
    const onEvent = apart(options.onEvent);
    const about = { 'headgate.run.id': id, 'headgate.plan.digest': plan.planDigest };
    const spans = createRunSpans((options.spans ?? noSpan).start('run', about));
    const record = createRecorder(journal, id, (entry) => {
      spans.entry(entry);
      onEvent({ type: 'entry', entry });
    });
    return begin({ plan, options, id, paths, lock, journal, record, spans, onEvent });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

interface Context {
  readonly plan: DeploymentPlan;
  readonly options: SettledOptions;
  readonly id: string;
  readonly paths: ReturnType<typeof runPaths>;
  readonly lock: Lock;
  readonly journal: { readonly entries: readonly Entry[]; readonly close: () => void };
  readonly record: Recorder;
  readonly spans: RunSpans;
  readonly onEvent: (event: RunEvent) => void;
}

function begin(ctx: Context): Run {
  const { id, paths, options } = ctx;
  const supervisors: Supervisor[] = [];
  const held: Pick<Lock, 'release'>[] = [];
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
    const steps = stepsOf(ctx);
    const blocked = await probeEnvironment(steps, target);
    if (blocked.length > 0) return { state: 'BLOCKED', blocked };
    const storage = await claimStorage({
      ...prepared,
      stateDir: options.stateDir,
      key: storageOf(ctx),
      run: id,
    });
    if ('blocked' in storage) return { state: 'BLOCKED', blocked: storage.blocked };
    held.push(storage);
    await bindSecrets(steps);
    const made = supervise(ctx, prepared, target, steps);
    if ('blocked' in made) return { state: 'BLOCKED', blocked: made.blocked };
    supervisors.push(...made.supervisors);
    let begun = false;
    try {
      const opened = await applyGrants(steps, prepared.components, target.open);
      if ('blocked' in opened) return { state: 'BLOCKED', blocked: opened.blocked };
      exports = Object.fromEntries(opened.exports);
      if (opened.storage.length > 0) tellStorage(ctx.record, opened.storage);
      stopNow = (graceMs) => {
        for (const one of supervisors) void one.stop(graceMs);
      };
      if (cancelled !== undefined) stopNow(0);
      begun = true;
      made.begin();
      const told = Promise.all(supervisors.map((one) => one.up)).then((all) => {
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
      // All at once: what cannot be written down of one of them ends the run, however long the others would go on.
      const [own] = await Promise.all([Promise.all(supervisors.map((one) => one.ended)), told]);
      const ends = new Map(made.ended);
      for (const [index, end] of own.entries()) if (end !== 'stopped') ends.set(supervisors[index]?.moniker ?? '', end);
      return cancelled === undefined ? judgeEnd(ends) : { state: 'CANCELLED', reason: cancelled };
    } finally {
      if (begun) await Promise.all(supervisors.map((one) => one.stop(0)));
      await revokeGrants(steps, begun ? prepared.components : [], target.close);
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
      ctx.spans.over();
      ctx.journal.close();
      for (const one of held) await one.release();
      await ctx.lock.release();
    });
  const stop: Run['stop'] = (reason, graceMs = options.graceMs ?? 10_000) => {
    const first = cancelled === undefined;
    cancelled ??= reason;
    stopNow(graceMs);
    if (first) tellCancelled(ctx.record, reason);
  };
  obey(options.signal, () => stop('aborted'), done);
  return {
    id,
    folder: paths.folder,
    ready,
    done,
    exports: () => exports,
    status: () => supervisors.map((one) => one.status()),
    stop,
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

const tellStorage = (record: Recorder, storage: readonly SizedStorage[]): void =>
  record.run('progress', { event: 'storage', storage: storage.map((one) => ({ ...one })) });

const storageOf = ({ options, plan }: Context): string => storageKey(options.sourceFolder, plan.scenario.root);

function targetOf(ctx: Context, prepared: Prepared): Target {
  const { options, paths, onEvent } = ctx;
  const { redact, longest } = createRedactor(prepared.secrets);
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  return createLocalTarget({
    prepared,
    stateDir: options.stateDir,
    storage: storageOf(ctx),
    scratch: paths.scratch,
    exportPorts: options.exportPorts,
    externals: options.externals,
    ends: paths.ends,
    logs: { folder: paths.logs, clock, redact, longest, onLine: (line) => onEvent({ type: 'log', line }) },
  });
}

/** What the process before left without an outcome is told first. */
function stepsOf({ plan, options, journal, record }: Context): StepContext {
  const past = pastOf(journal.entries);
  for (const { action, attempt, state } of leftOver(past)) record.tell('reconciled', action, attempt, { state });
  const store = openStore(storePath(options.stateDir));
  return { plan, record, past, store, clock, now: () => performance.now() };
}

interface Supervised {
  readonly supervisors: readonly Supervisor[];
  /** Tasks that an earlier process of this run brought to their end. */
  readonly ended: ReadonlyMap<string, Ended>;
  readonly begin: () => void;
}

/** Decides for every action what an earlier process has left of it. */
function supervise(
  ctx: Context,
  prepared: Prepared,
  target: Target,
  { past, store }: StepContext,
): Supervised | { readonly blocked: readonly Blocked[] } {
  const { options, record } = ctx;
  const actions = new Map(actionsOf(prepared.components).map((action) => [action.id, action]));
  const blocked: Blocked[] = [];
  const ended = new Map<string, Ended>();
  const supervisors: Supervisor[] = [];
  for (const component of prepared.components) {
    const action = actions.get(actionId(startType(component), component.moniker)) as Action;
    const { decision, found } = reconcile(action, past.get(action.id), {
      redo: options.resume?.redo.includes(component.moniker) === true,
      endOf: (attempt) => target.endOf(component.moniker, attempt),
    });
    if (found) record.tell('reconciled', action, found.attempt, { state: found.state, ...found.data });
    if (decision.kind === 'done') ended.set(component.moniker, { status: 'finished', code: 0 });
    if (decision.kind === 'failed')
      ended.set(component.moniker, {
        status: 'failed',
        reason: `${decision.reason}; ${redoWith(ctx.id, component.moniker)}`,
      });
    if (decision.kind === 'unknown') blocked.push(unknownOutcome(ctx.id, component.moniker, decision.reason));
    if (decision.kind !== 'again') continue;
    supervisors.push(
      createSupervisor({
        component,
        action,
        attempt: decision.attempt,
        stops: past.get(actionId('process.stop', component.moniker))?.attempt ?? 0,
        keep: keepIn(store),
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
  const wasGood = (moniker: string): Promise<boolean> | readonly [] => {
    const end = ended.get(moniker);
    return end ? Promise.resolve(end.status === 'finished') : [];
  };
  const turns = createTurns(startsAtOnce());
  const begin = (): void => {
    for (const component of prepared.components) {
      const providers = component.after.flatMap((moniker) => byMoniker.get(moniker)?.ready ?? wasGood(moniker));
      const supervisor = byMoniker.get(component.moniker);
      supervisor?.begin([...providers, turnFor(supervisor, providers, turns)]);
    }
  };
  return { supervisors, ended, begin };
}

const settingsOf = ({ sourceFolder, externals, exportPorts, components }: SettledOptions): JsonValue =>
  ({ sourceFolder, externals, exportPorts, components }) as unknown as JsonValue;

const redoWith = (id: string, moniker: string): string => `\`headgate resume ${id} --redo ${moniker}\` runs it again`;

const unknownOutcome = (id: string, moniker: string, reason: string): Blocked => ({
  gate: 'outcome_unknown',
  subject: moniker,
  reasons: [`${reason}, so it may have had its effect, and it is not to have it twice`],
  remedy: `look whether it did; then \`headgate resume ${id} --redo ${moniker}\``,
});

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

const otherPlan = (id: string): Blocked => ({
  gate: 'plan_corrupt',
  subject: id,
  reasons: ['its journal says that it began with another plan than this one'],
  remedy: 'begin a new run with `headgate run`',
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
