/** What a run is doing, told from its journal and whether its process lives. */
import { existsSync } from 'node:fs';
import { readOwner } from '../adapters/files/lock.ts';
import { isAlive } from '../adapters/files/owner.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { BudgetUse, SpentBudget } from '../ir/budget.ts';
import type { InteractionStatus, WorkspaceStatus } from '../ir/workspace-status.ts';
import type { SizedStorage } from '../ports/environment.ts';
import { budgetsOf } from './budgets/in-status.ts';
import { type ComponentSummary, componentsOf, type RunStateName } from './component-summary.ts';
import type { CompletionBasis } from './gate/outcome.ts';
import { fold, type RunState } from './journal/fold.ts';
import { interactionStatus } from './journal/interactions.ts';
import { readJournal } from './journal/read.ts';
import type { Rotation } from './journal/rotations.ts';
import { type ProbeReport, probeReports } from './probes/report.ts';
import { profileSummary } from './profiles/summary.ts';
import { isStart } from './scheduler/graph.ts';
import { faultsOfRecord } from './state/integrity.ts';
import { changedPrograms } from './state/programs.ts';
import { journalCorrupt, journalMissing, programChanged } from './state/refusals.ts';
import { type RunFiles, readRunFiles } from './state/run-files.ts';
import { runIds, runPaths, storePath } from './state/run-folder.ts';
import { openStore } from './store/store.ts';
import { type VerdictState, verdictState } from './verdict/verdict-state.ts';
import { workspaceStatus } from './workspaces/status.ts';

export interface RunStatus {
  readonly id: string;
  readonly state: RunStateName;
  /** Of the headgate that runs it. */
  readonly pid: number | null;
  /** RFC 3339. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly exports: Readonly<Record<string, string>>;
  readonly components: readonly ComponentSummary[];
  /** With a size: `enforced` by the kernel, or `metered`. */
  readonly storage: readonly SizedStorage[];
  /** Why it is blocked, failed or corrupt. */
  readonly reasons: readonly string[];
  /** What closed, and what would open it. */
  readonly blocked: readonly Blocked[];
  /** What would be refused next, of a run that goes on: a start of a program that was edited since, and `resume`. */
  readonly warnings: readonly Blocked[];
  /** By what a run that is COMPLETE was judged. */
  readonly completionBasis?: CompletionBasis;
  /** Of a run that is over: the statement in its folder. */
  readonly verdict?: VerdictState;
  /** The newest of each probe, by name: read back from the store and verified. */
  readonly runtimeProbeEvidence: readonly ProbeReport[];
  /** Of each profile, as it was written down last; absent where none is set and nothing was counted. */
  readonly budgets?: readonly BudgetUse[];
  /** The budget that ended it. */
  readonly spent?: SpentBudget;
  /** What was done about secrets that were rotated, the newest of each binding; absent where none was. */
  readonly rotations?: readonly Rotation[];
  /** Copies of workspaces that it works on, by id. */
  readonly workspaces: readonly WorkspaceStatus[];
  /** What components have asked for, in the order in which it was asked. */
  readonly interactions: readonly InteractionStatus[];
}

/** Told from the journals alone. */
export const allRuns = (stateDir: string): readonly RunStatus[] =>
  runIds(stateDir).flatMap((id) => journalledStatus(stateDir, id)?.status ?? []);

/** How it stands by its journal, whatever has become of its files. */
export const journalledState = (stateDir: string, id: string): RunStatus['state'] | undefined =>
  journalledStatus(stateDir, id)?.status.state;

/** Of a run in a place that runs things by itself: whether something goes on there that nobody sees to, or that could not be stopped. */
export function isLeftRunning(stateDir: string, id: string): boolean {
  const found = journalledStatus(stateDir, id);
  if (!found?.run || found.run.on === undefined || found.status.state === 'RUNNING') return false;
  const notStopped = [...found.run.actions.values()].some(
    ({ action, state }) => action.type === 'process.stop' && state === 'failed',
  );
  return found.status.state === 'INTERRUPTED' || (found.status.state === 'FAILED' && notStopped);
}

/** Undefined when there is no such run. Whatever does not match the journal is `CORRUPT`, by name. O(entries + evidence). */
export function statusOf(stateDir: string, id: string): RunStatus | undefined {
  const found = journalledStatus(stateDir, id);
  if (!found?.run) return found?.status;
  const { run } = found;
  const files = readRunFiles(stateDir, id);
  const plan = files && 'plan' in files ? files.plan : undefined;
  const probed = probeReports({ plan, store: openStore(storePath(stateDir)), state: run });
  const { folder } = runPaths(stateDir, id);
  const verdict = run.outcome && { verdict: verdictState(folder, found.head) };
  const workspaces =
    plan === undefined || files === undefined || 'blocked' in files
      ? []
      : workspaceStatus({
          id,
          stateDir,
          plan,
          sourceFolder: files.settings.sourceFolder,
          state: run,
          store: openStore(storePath(stateDir)),
          lives: found.status.state === 'RUNNING',
        });
  const budgets = budgetsOf(plan, run);
  const status = {
    ...found.status,
    ...(budgets.length === 0 ? {} : { budgets }),
    runtimeProbeEvidence: probed.reports,
    ...verdict,
    workspaces,
  };
  const ofRecord =
    files === undefined ? [] : 'blocked' in files ? [files.blocked] : faultsIn(stateDir, id, files, run, status.state);
  const named = new Set(ofRecord.map(({ subject }) => subject));
  const faults = [...ofRecord, ...probed.faults.filter(({ subject }) => !named.has(subject))];
  if (faults.length === 0) {
    const components = withProfiles(stateDir, status.components, files, run);
    const warnings = [...warningsIn(id, files, status.state), ...goesOn(id, run, status.state)];
    return { ...status, components, warnings };
  }
  // Where nothing but evidence of probes is wrong, it is what the run was judged by that cannot be seen any more.
  const isOfProbes = faults.every(({ gate, subject }) => gate.startsWith('evidence_') && subject !== id);
  const { completionBasis: _, ...rest } = status;
  return { ...rest, state: isOfProbes ? 'BLOCKED' : 'CORRUPT', blocked: faults, reasons: faults.map(inOneLine) };
}

function faultsIn(
  stateDir: string,
  id: string,
  { plan, settings, optionsDigest }: RunFiles,
  run: RunState,
  state: RunStatus['state'],
): readonly Blocked[] {
  return faultsOfRecord({
    id,
    paths: runPaths(stateDir, id),
    plan,
    sourceFolder: settings.sourceFolder,
    options: optionsDigest,
    state: run,
    store: openStore(storePath(stateDir)),
    // An attempt may have begun since the journal was read.
    isOver: state !== 'RUNNING',
  });
}

function withProfiles(
  stateDir: string,
  components: readonly ComponentSummary[],
  files: ReturnType<typeof readRunFiles>,
  { actions }: RunState,
): readonly ComponentSummary[] {
  if (!files || 'blocked' in files) return components;
  const store = openStore(storePath(stateDir));
  const { runtime } = files.plan;
  const checks = new Map(
    [...actions.values()].flatMap(({ action, selfCheck }) => (isStart(action) ? [[action.target, selfCheck]] : [])),
  );
  return components.map((one) => ({
    ...one,
    profile: profileSummary(one.moniker, runtime, checks.get(one.moniker), store),
  }));
}

/** What a place runs by itself goes on when its headgate is gone. */
const goesOn = (id: string, { on }: RunState, state: RunStatus['state']): readonly Blocked[] =>
  on === undefined || state !== 'INTERRUPTED'
    ? []
    : [
        {
          gate: 'run_unattended',
          subject: id,
          reasons: [`its headgate is gone, and ${on} goes on to run it`],
          remedy: `\`headgate resume ${id}\` takes it over, \`headgate stop ${id}\` ends it`,
        },
      ];

/** Whoever edits a program while it runs edits the next one. */
function warningsIn(id: string, files: ReturnType<typeof readRunFiles>, state: RunStatus['state']): readonly Blocked[] {
  if (!files || 'blocked' in files || state !== 'RUNNING') return [];
  const changed = changedPrograms(files.plan, files.settings.sourceFolder);
  return changed.length === 0 ? [] : [programChanged(id, changed)];
}

/** With the state of its journal, where that can be read. */
function journalledStatus(
  stateDir: string,
  id: string,
): { readonly status: RunStatus; readonly run?: RunState; readonly head?: string | undefined } | undefined {
  const paths = runPaths(stateDir, id);
  if (!existsSync(paths.folder)) return undefined;
  const owner = readOwner(`${paths.folder}/owner.json`);
  const pid = owner && isAlive(owner) ? owner.pid : null;
  const nothing = {
    id,
    pid,
    startedAt: null,
    endedAt: null,
    exports: {},
    components: [],
    storage: [],
    blocked: [],
    warnings: [],
    runtimeProbeEvidence: [],
    workspaces: [],
    interactions: [],
  };
  const corrupt = (refused: Blocked): { readonly status: RunStatus } => ({
    status: { ...nothing, state: 'CORRUPT', reasons: refused.reasons, blocked: [refused] },
  });
  // It appears with its folder, so one that is gone was taken away.
  if (!existsSync(paths.journal)) return corrupt(journalMissing(id, paths.journal));
  const read = readJournal(paths.journal, id);
  if ('corrupt' in read) return corrupt(journalCorrupt(id, paths.journal, read.corrupt));
  const run = fold(read.entries);
  const state = run.outcome?.state ?? (pid === null ? 'INTERRUPTED' : 'RUNNING');
  const status: RunStatus = {
    ...nothing,
    pid: run.outcome ? null : pid,
    state,
    startedAt: run.startedAt ?? null,
    endedAt: run.endedAt ?? null,
    exports: state === 'RUNNING' ? run.exports : {},
    components: componentsOf(run, state),
    storage: run.storage,
    ...(run.rotations.length === 0 ? {} : { rotations: run.rotations }),
    interactions: [...run.interactions.values()].map(interactionStatus),
    ...(run.outcome?.state === 'CANCELLED' && run.outcome.budget ? { spent: run.outcome.budget } : {}),
    reasons: reasonsOf(run.outcome),
    blocked: run.outcome?.state === 'BLOCKED' ? run.outcome.blocked : [],
    ...(run.outcome?.state === 'COMPLETE' ? { completionBasis: run.outcome.basis } : {}),
    ...(state === 'RUNNING' ? judgedSoFar(run.verdict) : {}),
  };
  return { status, run, head: read.entries.at(-1)?.hash };
}

/** Of a run that goes on after it was judged. */
const judgedSoFar = (verdict: RunState['verdict']): Partial<RunStatus> => {
  if (!verdict) return {};
  return 'basis' in verdict
    ? { completionBasis: verdict.basis }
    : { blocked: verdict.blocked, reasons: verdict.blocked.map(inOneLine) };
};

const inOneLine = ({ gate, subject, reasons }: Blocked): string => `${gate} ${subject}: ${reasons.join('; ')}`;

function reasonsOf(outcome: RunState['outcome']): readonly string[] {
  switch (outcome?.state) {
    case 'BLOCKED':
      return outcome.blocked.map(inOneLine);
    case 'FAILED':
      return outcome.reasons;
    case 'CANCELLED':
      return [outcome.reason];
    default:
      return [];
  }
}
