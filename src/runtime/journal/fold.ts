/** What a journal says, folded into what is so now. The one place where entries become a state: whoever needs one reads it here. */

import { type Action, type ActionState, actionId, probeNamed } from '../../ir/action.ts';
import type { BudgetUse } from '../../ir/budget.ts';
import type { Entry } from '../../language/journal/entry.ts';
import type { SizedStorage } from '../../ports/environment.ts';
import type { Verdict } from '../gate/gate.ts';
import type { Outcome } from '../gate/outcome.ts';
import { begun, unbegun } from './blank.ts';
import { type CopyRecord, createCopies } from './copies.ts';
import { createInteractionFold, type Interaction } from './interactions.ts';
import { blobsIn, programIn } from './named-in-entry.ts';
import { ofProbe, type ProbeRecord } from './probe-records.ts';
import { createResolutions, type Resolution } from './resolutions.ts';
import { createRotations, type Rotation } from './rotations.ts';

/** An action over all its attempts. */
export interface ActionRecord {
  readonly action: Action;
  /** The last one that was begun; 0 for none. */
  readonly attempt: number;
  /** Undefined while nothing is known of the end of the last attempt. */
  readonly state: ActionState | undefined;
  /** What is going on: `waiting` stands between two attempts. */
  readonly phase: 'starting' | 'up' | 'waiting' | 'over';
  /** How the program of the last attempt ended, in words. */
  readonly exit: string | undefined;
  /** The last end of any attempt, in words. */
  readonly lastExit: string | undefined;
  /** False when it is known that the program was never started. */
  readonly ran: boolean;
  readonly pid: number | undefined;
  /** Of the statement about the self-check of the last attempt. */
  readonly selfCheck?: string | undefined;
  /** Restarts that its policy made, over all processes of the run. */
  readonly restarts: number;
  /** How often it had been asked for again when it was last begun. */
  readonly generation: number;
}

export interface RunState {
  /** Of the first process of the run. */
  readonly plan: string | undefined;
  readonly options: string | null | undefined;
  /** RFC 3339. */
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** The place that runs the whole plan; undefined for this machine. */
  readonly on: string | undefined;
  /** By id, in the order of their beginning. */
  readonly actions: ReadonlyMap<string, ActionRecord>;
  /** URLs by name; empty until everything is up. */
  readonly exports: Readonly<Record<string, string>>;
  /** With a size, of the newest process of the run. */
  readonly storage: readonly SizedStorage[];
  /** Of the newest process of the run; undefined while it goes on, or was cut off. */
  readonly outcome: Outcome | undefined;
  /** What the gate said of the newest process of the run, before it ended. */
  readonly verdict: Verdict | undefined;
  /** By name, in the order in which they were first run. */
  readonly probes: ReadonlyMap<string, ProbeRecord>;
  /** What was done about secrets that were rotated: the newest of each binding, in the order in which they came. */
  readonly rotations: readonly Rotation[];
  /** Copies of workspaces, by id. */
  readonly copies: ReadonlyMap<string, CopyRecord>;
  /** What somebody has said about conflicts of workspaces: the newest of each path, in the order in which they came. */
  readonly resolutions: readonly Resolution[];
  /** What the operator has revoked, and why, by the id of the delegation. */
  readonly revoked: ReadonlyMap<string, string>;
  /** What was used up, by profile and budget, as it was written down last. */
  readonly usage: ReadonlyMap<string, BudgetUse>;
  /** What components have asked for, by id, in the order in which it was asked. */
  readonly interactions: ReadonlyMap<string, Interaction>;
  /** Digest of the facts about where it runs, as they were last found. */
  readonly environment: string | undefined;
  /** Digests of what was executed last, by moniker. */
  readonly programs: ReadonlyMap<string, string>;
  /** Digests of everything in the store that an entry names, but for what probes left. */
  readonly blobs: ReadonlySet<string>;
  /** Digests of everything that probes left in the store, each with the name of its probe. */
  readonly probeBlobs: ReadonlyMap<string, string>;
}

export interface Fold {
  readonly add: (entry: Entry) => void;
  readonly state: () => RunState;
  /** How often the action was asked for again. */
  readonly generationOf: (action: Action) => number;
  /** It was asked for again by name, and has not been begun since: who asked may have been killed before it was. */
  readonly isAskedAgain: (action: Action) => boolean;
}

export function createFold(): Fold {
  const actions = new Map<string, ActionRecord>();
  const redone = new Map<string, number>();
  const blobs = new Set<string>();
  const probeBlobs = new Map<string, string>();
  const probes = new Map<string, ProbeRecord>();
  const programs = new Map<string, string>();
  const usage = new Map<string, BudgetUse>();
  const copies = createCopies();
  const interactions = createInteractionFold();
  const revoked = new Map<string, string>();
  const run: { -readonly [K in keyof RunState]: RunState[K] } = {
    plan: undefined,
    options: undefined,
    startedAt: undefined,
    endedAt: undefined,
    on: undefined,
    actions,
    exports: {},
    storage: [],
    outcome: undefined,
    verdict: undefined,
    probes,
    rotations: [],
    copies: copies.all,
    resolutions: [],
    revoked,
    usage,
    interactions: interactions.all,
    environment: undefined,
    programs,
    blobs,
    probeBlobs,
  };
  const rotations = createRotations();
  const resolutions = createResolutions();
  const startOf = (moniker: string): ActionRecord | undefined =>
    actions.get(actionId({ type: 'process.start', target: moniker }));
  const ofRun = (entry: Entry & { readonly action: null }): void => {
    switch (entry.type) {
      case 'start': {
        const { plan, options, redo, on } = entry.data;
        run.startedAt ??= entry.at;
        run.plan ??= plan;
        if (run.options === undefined) run.options = options;
        run.exports = {};
        run.storage = [];
        run.outcome = undefined;
        run.verdict = undefined;
        run.endedAt = undefined;
        run.on = on;
        for (const [id, record] of actions) actions.set(id, endedBefore(record, on !== undefined));
        for (const moniker of redo) redone.set(moniker, (redone.get(moniker) ?? 0) + 1);
        break;
      }
      case 'progress':
        if (entry.data.event === 'ready') run.exports = entry.data.exports;
        if (entry.data.event === 'secret-rotated') rotations.rotated(entry.data, startOf);
        if (entry.data.event === 'secret-reacted') rotations.reacted(entry.at, entry.data, startOf);
        run.rotations = rotations.all();
        if (entry.data.event === 'conflict-resolved') resolutions.resolved(entry.data);
        run.resolutions = resolutions.all();
        if (entry.data.event === 'interaction-asked')
          interactions.asked(entry.data, redone.get(entry.data.component) ?? 0);
        if (entry.data.event === 'interaction-answered') interactions.answered(entry.data);
        if (entry.data.event === 'authority-ended' && entry.data.how === 'revoked')
          revoked.set(entry.data.delegation, entry.data.reason);
        if (entry.data.event === 'judged') run.verdict = verdictIn(entry.data);
        break;
      case 'gate':
        run.outcome = entry.data;
        run.endedAt = entry.at;
        run.exports = {};
        break;
      case 'usage':
        for (const one of entry.data.budgets) usage.set(`${one.profile} ${one.budget}`, one);
        break;
      case 'cancel':
        break;
    }
  };
  const generationOf = ({ target }: Action): number => redone.get(target ?? '') ?? 0;
  return {
    generationOf,
    isAskedAgain: (action) => {
      const known = actions.get(actionId(action));
      return known !== undefined && generationOf(action) > known.generation;
    },
    add: (entry) => {
      if (entry.action === null) return ofRun(entry);
      const id = actionId(entry.action);
      const known = entry.type === 'intent' ? undefined : actions.get(id);
      const generation = known?.generation ?? generationOf(entry.action);
      const record = { ...after(actions.get(id), entry), generation };
      actions.set(id, record);
      copies.add(entry);
      if (entry.action.type === 'process.start') {
        rotations.started(entry.action.target ?? '', record);
        run.rotations = rotations.all();
      }
      run.resolutions = resolutions.acted(entry);
      for (const digest of blobsIn(entry)) {
        if (entry.action.type === 'probe.run') probeBlobs.set(digest, probeNamed(entry.action));
        else blobs.add(digest);
      }
      if (entry.type === 'outcome' && entry.data.storage) run.storage = [...run.storage, ...entry.data.storage];
      if (entry.type === 'outcome') run.environment = entry.data.environment ?? run.environment;
      const program = programIn(entry);
      if (program !== undefined) programs.set(entry.action.target ?? '', program);
      if (entry.action.type === 'probe.run') ofProbe(probes, entry);
    },
    state: () => run,
  };
}

/** O(entries). */
export function fold(entries: readonly Entry[]): RunState {
  const folded = createFold();
  for (const entry of entries) folded.add(entry);
  return folded.state();
}

/** Of a service whose headgate was killed, in words. */
export const endedWithHeadgate = 'it ended together with headgate';

/** What an earlier process of the run left without an end has ended with it; a task may have come to its own end before. */
function endedBefore(record: ActionRecord, goesOn: boolean): ActionRecord {
  const { phase, action, exit } = record;
  if (phase === 'over') return record;
  const isCut = action.type === 'process.start' && phase !== 'waiting' && !goesOn;
  const ended = isCut ? endedWithHeadgate : exit;
  return { ...record, phase: 'over', pid: undefined, exit: ended, lastExit: ended ?? record.lastExit };
}

type OfAction = Exclude<Entry, { readonly action: null }>;

function after(known: ActionRecord | undefined, entry: OfAction): ActionRecord {
  const before = known ?? { action: entry.action, ...unbegun };
  const { attempt } = entry;
  switch (entry.type) {
    case 'intent':
      return { ...before, attempt, ...begun };
    case 'progress':
      if (entry.data.event !== 'started') return before;
      return { ...before, phase: 'up', pid: entry.data.pid, ...checkedIn(entry.data) };
    case 'failure':
      return { ...before, phase: 'waiting', pid: undefined, exit: entry.data.exit, lastExit: entry.data.exit };
    case 'retry':
      return {
        ...before,
        phase: 'waiting',
        pid: undefined,
        exit: entry.data.exit,
        lastExit: entry.data.exit,
        restarts: before.restarts + 1,
      };
    case 'outcome': {
      const { state, exit, ran, pid } = entry.data;
      // A program that lives on has succeeded when it is up, and has no end yet.
      const phase = state === 'succeeded' && exit === undefined ? 'up' : 'over';
      return {
        ...before,
        attempt,
        state,
        phase,
        exit: exit ?? before.exit,
        lastExit: exit ?? before.lastExit,
        ran: ran !== false,
        pid,
        ...checkedIn(entry.data),
      };
    }
    case 'reconciled': {
      const { state, exit, ran } = entry.data;
      return {
        ...before,
        attempt,
        state,
        phase: 'over',
        exit: exit ?? before.exit,
        lastExit: exit ?? before.lastExit,
        ran: ran !== false,
        pid: undefined,
      };
    }
  }
}

const verdictIn = (data: Verdict): Verdict => ('basis' in data ? { basis: data.basis } : { blocked: data.blocked });

const checkedIn = ({ selfCheck }: { readonly selfCheck?: string }): Pick<ActionRecord, 'selfCheck'> =>
  selfCheck === undefined ? {} : { selfCheck };
