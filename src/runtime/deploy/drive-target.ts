/** Drives a run whose components a place runs by itself: says what is to be there, looks until it is, tells what becomes of it, and takes it away. */
import { isDeepStrictEqual } from 'node:util';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Standing } from '../../ports/authority.ts';
import type { Observed, Target } from '../../ports/target.ts';
import type { ComponentStatus } from '../actions/component/life-state.ts';
import { probeAll } from '../actions/env-probe.ts';
import { nothing, together } from '../authority/authority.ts';
import type { FileNow } from '../authority/state.ts';
import { watchAuthority } from '../authority/watch.ts';
import type { Budgets } from '../budgets/budgets.ts';
import { spentText } from '../budgets/words.ts';
import type { Clock } from '../clock.ts';
import { settledFor } from '../component-settings.ts';
import type { Drive } from '../drive-options.ts';
import { type Ended, judge, judgeEnd } from '../gate/gate.ts';
import { inGateOrder } from '../gate/order.ts';
import type { Outcome } from '../gate/outcome.ts';
import { noInteractions } from '../interactions/interactions.ts';
import type { Fold } from '../journal/fold.ts';
import type { Recorder } from '../journal/record.ts';
import { whileWritable } from '../journal/writable.ts';
import type { Store } from '../store/store.ts';
import { authorityInPlace } from './authority.ts';
import type { Follower } from './follow-logs.ts';
import { settleInPlace } from './left.ts';
import { createTrack, type Track } from './track.ts';

export interface TargetDriveOptions {
  readonly runId: string;
  readonly plan: DeploymentPlan;
  /** Those with a program, in the order of the plan. */
  readonly monikers: readonly string[];
  readonly target: Target;
  /** Names of slots of the root that something stands behind. */
  readonly externals: readonly string[];
  /** The file of the delegations as it is now. */
  readonly delegation: () => FileNow;
  /** Of them, only the time of the run is kept in such a place. */
  readonly budgets: Budgets;
  /** It is only taken away, which needs nothing. */
  readonly isEnding: boolean;
  readonly follower: Follower;
  readonly record: Recorder;
  readonly known: Fold;
  readonly store: Store;
  readonly clock: Clock;
  readonly graceMs: number;
  /** Between two looks. */
  readonly everyMs: number;
  readonly onState: (status: ComponentStatus) => void;
  readonly onReady: (exports: Readonly<Record<string, string>>) => void;
}

/** A place that cannot be asked for so many looks in a row, or for so long, is lost. */
const mostUnseen = 30;
const mostUnseenMs = 60_000;
/** What was said before the end is read within this time. */
const lastWordsMs = 3_000;

export function driveTarget(options: TargetDriveOptions): Drive {
  const { runId, plan, target, record, clock, follower } = options;
  const stopping = new AbortController();
  const over = new AbortController();
  let graceMs = options.graceMs;
  let cancelled: Omit<Extract<Outcome, { readonly state: 'CANCELLED' }>, 'state'> | undefined;
  const lost: Blocked[] = [];
  let exports: Readonly<Record<string, string>> = {};
  let isUp: (up: boolean) => void = () => {};
  const ready = new Promise<boolean>((done) => {
    isUp = done;
  });
  const lose = (blocked: readonly Blocked[]): void => {
    lost.push(...blocked.filter((one) => !lost.some((known) => isDeepStrictEqual(known, one))));
    stopping.abort();
  };
  const authority = authorityInPlace({
    ...options,
    revoked: options.known.state().revoked,
    onLost: lose,
  });
  const tracks: readonly Track[] = options.monikers.map((moniker) =>
    createTrack({
      moniker,
      authority,
      onLost: lose,
      settled: settledFor(moniker, plan),
      place: target.name,
      record,
      onState: options.onState,
    }),
  );
  /** Tasks that were over when this process began. */
  const before = new Map<string, Ended>();
  /** What was there before and has ended: no news of what is to run now. */
  const stale = new Set<string>();
  const look = (observed: Observed): void => {
    if (!('seen' in observed)) return;
    for (const track of tracks) {
      const seen = observed.seen.get(track.moniker) ?? { state: 'absent', code: null, restarts: 0, instance: '' };
      if (stale.has(seen.instance)) continue;
      track.look(seen);
      // What was over before has been heard.
      if (!before.has(track.moniker)) follower.look(track.moniker, seen);
    }
  };
  const failedOnes = (): readonly Track[] => tracks.filter((track) => track.ended()?.status === 'failed');
  const pause = (): Promise<unknown> => clock.sleep(options.everyMs, stopping.signal).catch(() => {});

  /** Looks until `isDone`, or the run is stopped; answers why the place could not be seen any more. */
  const watch = async (isDone: () => boolean): Promise<string | undefined> => {
    let unseen = 0;
    let since = clock.now();
    for (;;) {
      if (stopping.signal.aborted) return undefined;
      const observed = await target.observe();
      if ('seen' in observed) [unseen, since] = [0, clock.now()];
      else if (++unseen >= mostUnseen || clock.now() - since >= mostUnseenMs) return lostWith(observed.fault);
      if (stopping.signal.aborted) return undefined;
      look(observed);
      if (isDone()) return undefined;
      await pause();
    }
  };

  /** What all of them give up. */
  const givenUp = (): Standing =>
    together(options.monikers.map((target) => authority.back({ type: 'process.stop', target })));
  /** Everything is taken away, and that is written down where it can be. */
  const takeDown = async (reason: string): Promise<string | undefined> => {
    const running = tracks.filter((track) => track.ended() === undefined && track.status().state !== 'waiting');
    const stops = running.map(({ moniker }) => {
      const action = { type: 'process.stop', target: moniker } as const;
      return {
        action,
        attempt: whileWritable(() => record.begin(action, authority.back(action), { reason, graceMs })),
      };
    });
    await follower.catchUp(lastWordsMs);
    const fault = await target.stop(graceMs, givenUp());
    for (const { action, attempt } of stops)
      if (attempt !== undefined)
        whileWritable(() =>
          record.outcome(action, attempt, fault === undefined ? { state: 'succeeded' } : { state: 'failed', fault }),
        );
    // Of what may go on there nothing is said that nobody has seen.
    if (fault === undefined) for (const track of tracks) whileWritable(() => track.stopped('it was stopped'));
    await follower.close(lastWordsMs);
    return fault;
  };

  const goUp = async (): Promise<Outcome | undefined> => {
    if (stopping.signal.aborted) return undefined;
    const first = await target.observe();
    if ('fault' in first) return { state: 'FAILED', reasons: [first.fault] };
    const tasks = tracks.filter(({ isTask }) => isTask).map(({ moniker }) => moniker);
    const left = settleInPlace({ ...options, tasks, seen: first.seen });
    if (left.blocked.length > 0) return { state: 'BLOCKED', blocked: inGateOrder(left.blocked) };
    for (const [moniker, seen] of first.seen)
      if (seen.state === 'ended' && !left.ended.has(moniker)) stale.add(seen.instance);
    const stood: Standing[] = [];
    for (const track of tracks) {
      const done = left.ended.get(track.moniker);
      // Judged again, now that it is to begin.
      const on = done ? undefined : track.begin(left.running.get(track.moniker));
      if (done) before.set(track.moniker, done);
      else if (on) stood.push(on);
      else return undefined;
    }
    const on = together(stood);
    const isBroken = (): boolean => failedOnes().length > 0;
    let isApplied = false;
    const applying = target.apply(new Set(left.ended.keys()), on, stopping.signal).finally(() => {
      isApplied = true;
    });
    const waited = await watch(() => isApplied || isBroken());
    if (waited !== undefined) return { state: 'FAILED', reasons: [waited] };
    if (isBroken()) return undefined;
    const applied = await applying;
    if (stopping.signal.aborted) return undefined;
    look(await target.observe());
    if ('blocked' in applied) return { state: 'BLOCKED', blocked: inGateOrder(applied.blocked) };
    if ('fault' in applied) return isBroken() ? undefined : { state: 'FAILED', reasons: [applied.fault] };
    stale.clear();
    const isReady = (): boolean => going().every((track) => track.isUp());
    const unseen = await watch(() => isReady() || isBroken());
    if (unseen !== undefined) return { state: 'FAILED', reasons: [unseen] };
    if (isBroken() || stopping.signal.aborted) return undefined;
    let doubts: readonly Blocked[] | undefined;
    const confirming = target.confirm?.(stopping.signal) ?? Promise.resolve([]);
    void confirming.then((found) => {
      doubts = found;
    });
    const blind = await watch(() => doubts !== undefined);
    if (blind !== undefined) return { state: 'FAILED', reasons: [blind] };
    if (doubts && doubts.length > 0) return { state: 'BLOCKED', blocked: inGateOrder(doubts) };
    if (stopping.signal.aborted) return undefined;
    exports = await target.exports(on, stopping.signal);
    if (stopping.signal.aborted) return undefined;
    record.run('progress', { event: 'ready', exports: { ...exports } });
    options.onReady(exports);
    isUp(true);
    const lost = await watch(() => going().every((track) => track.ended() !== undefined));
    return lost === undefined ? undefined : { state: 'FAILED', reasons: [lost] };
  };
  const going = (): readonly Track[] => tracks.filter(({ moniker }) => !before.has(moniker));

  const judged = (): Outcome => {
    const ends = going().flatMap((track): readonly (readonly [string, Ended])[] => {
      const ended = track.ended();
      return ended ? [[track.moniker, ended]] : [];
    });
    // Nothing is probed in such a place; a plan that asks for it is refused before.
    const verdict = judge({ declared: 0, required: [], unfinalized: [], retry: () => '' });
    return judgeEnd(new Map([...before, ...ends]), verdict);
  };

  const work = async (): Promise<Outcome> => {
    const denied = options.isEnding ? [] : authority.missing(authority.needs.all());
    if (denied.length > 0) return { state: 'BLOCKED', blocked: inGateOrder(denied) };
    const missing = await probeAll(options, [target], { type: 'env.probe', target: null }, nothing);
    if (missing.length > 0) return { state: 'BLOCKED', blocked: inGateOrder(missing) };
    if (plan.runtime?.grants) void watchAuthority(authority, clock, over.signal);
    let outcome: Outcome | undefined;
    let fault: string | undefined;
    try {
      outcome = await goUp();
    } finally {
      // Whatever happened, and also where the record cannot be written any more.
      const reason = cancelled?.reason ?? (outcome ? outcome.state.toLowerCase() : 'the run is over');
      stopping.abort();
      fault = await takeDown(reason);
    }
    if (fault !== undefined) return { state: 'FAILED', reasons: [...whyBefore(outcome), notStopped(fault)] };
    if (lost.length > 0) return { state: 'BLOCKED', blocked: inGateOrder(lost) };
    const asked = whyCancelled();
    if (asked) return { state: 'CANCELLED', ...asked };
    return outcome ?? judged();
  };

  const lostWith = (fault: string): string => `${target.name} cannot be asked any more: ${fault}`;
  /** With whoever had failed by then: a verdict names them. */
  const whyBefore = (outcome: Outcome | undefined): readonly string[] => [
    ...tracks.flatMap((track) => {
      const ended = track.ended();
      return ended?.status === 'failed' ? [`${track.moniker}: ${ended.reason}`] : [];
    }),
    ...(outcome?.state === 'FAILED' ? outcome.reasons : []),
  ];
  const notStopped = (fault: string): string =>
    `what runs there could not be stopped: ${fault}; \`headgate stop ${runId}\` ends it once ${target.name} can be asked again`;

  const end = (why: NonNullable<typeof cancelled>, grace: number): void => {
    const isFirst = cancelled === undefined;
    cancelled ??= why;
    graceMs = grace;
    stopping.abort();
    if (isFirst) whileWritable(() => record.run('cancel', why));
    else void target.stop(grace, givenUp());
  };
  /** It is told while others wait. */
  const whyCancelled = (): typeof cancelled => cancelled;
  const stop: Drive['stop'] = (reason, grace) => end({ reason }, grace);
  options.budgets.begin((budget) => end({ reason: spentText(budget), budget }, options.graceMs));
  const outcome = work().finally(async () => {
    over.abort();
    options.budgets.end();
    isUp(false);
    await target.close();
  });
  return {
    ready,
    outcome,
    exports: () => exports,
    interactions: noInteractions(runId),
    authority,
    probe: async () => ({ refused: notThere(runId, target.name) }),
    rotated: async () => [],
    vaults: async () => ({}),
    status: () => tracks.map((track) => track.status()),
    finalize: async () => ({
      code: 'nothing_to_finalize',
      message: `run ${runId} has no workspaces: it runs on ${target.name}`,
      remedy: 'workspaces are copies on this machine: leave --on away',
    }),
    stop,
  };
}

const notThere = (id: string, place: string) =>
  ({
    code: 'run_not_ready',
    message: `run ${id} runs on ${place}, where nothing is probed`,
    remedy: 'probes look at components of this machine: leave --on away',
  }) as const;
