/** One run of a plan: everything that happens is in its journal. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SigningKey } from '../adapters/files/ed25519.ts';
import type { ScenarioTree } from '../adapters/files/scenario-tree.ts';
import type { ChannelDoor } from '../adapters/relay/control-channel.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { probeAll } from './actions/env-probe.ts';
import { nothing } from './authority/authority.ts';
import { missingBefore, networkRefused } from './authority/before.ts';
import type { FileNow } from './authority/state.ts';
import { createBinder } from './bindings/binder.ts';
import { referredSlots } from './bindings/declared.ts';
import { secretsOf } from './bindings/open.ts';
import { namesOf } from './bindings/vault-names.ts';
import { type Budgets, createBudgets } from './budgets/budgets.ts';
import { neverStarting } from './budgets/refused.ts';
import type { Clock } from './clock.ts';
import { openDelegation } from './delegation-file.ts';
import { startDeployed } from './deploy/start.ts';
import { drive } from './drive.ts';
import type { Drive } from './drive-options.ts';
import { probeContainers } from './environments/docker/environment.ts';
import { assembleRun } from './environments/local/assemble.ts';
import type { Command } from './environments/local/component.ts';
import { portsInUse } from './environments/local/host-programs.ts';
import { probeMachine } from './environments/local/probe.ts';
import { openEnvironments } from './environments/open.ts';
import { inGateOrder } from './gate/order.ts';
import type { Outcome } from './gate/outcome.ts';
import { noInteractions } from './interactions/interactions.ts';
import { isIoError } from './journal/writable.ts';
import { obey } from './listen.ts';
import { type Opened, openRun } from './open-run.ts';
import { checkProbes } from './probes/check.ts';
import type { Refused } from './probes/complete.ts';
import { kinds } from './probes/kinds.ts';
import { probeReports } from './probes/report.ts';
import { withoutSandbox } from './profiles/check-profiles.ts';
import { oneWarning, planWarning } from './profiles/warnings.ts';
import { createRedactor } from './redactor/redactor.ts';
import { authorityIn } from './run-authority.ts';
import { type Run, type RunOptions, type SettledOptions, settle } from './run-options.ts';
import { sourcesOutside, treeOfRun } from './sources.ts';
import { faultOfPlan } from './state/plan-given.ts';
import { changedPrograms } from './state/programs.ts';
import { otherProgram, unwritable } from './state/refusals.ts';
import { allBlobs, type Sealed, seal } from './verdict/seal.ts';
import { signingKey } from './verdict/signing.ts';
import { checkWorkspaces, mismatchWarnings, runCopies } from './workspaces/check-workspaces.ts';
import type { FinalizeRefused } from './workspaces/finalize-request.ts';
import { hostSources } from './workspaces/host-sources.ts';
import { workspaceStatus } from './workspaces/status.ts';

export type { Run, RunEvent, RunOptions, RunSettings } from './run-options.ts';

const clock: Clock = {
  time: () => new Date().toISOString(),
  now: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  idle: (ms, signal) => sleep(ms, undefined, { signal, ref: false }),
};
const defaults = { readyTimeoutMs: 60_000, graceMs: 10_000 } as const;

/**
 * Begins a run, or goes on with one; answers why not when nothing could be begun. What is missing later is told by `done`, as
 * BLOCKED. Throws for nothing that the plan, a program or this machine does. `door` answers what components ask of their run.
 */
export async function run(
  plan: DeploymentPlan,
  given: RunOptions,
  door?: ChannelDoor,
): Promise<Run | { readonly blocked: readonly Blocked[] }> {
  const options = settle(given);
  const changed = faultOfPlan(plan, options);
  if (changed) return { blocked: [changed] };
  const signing = signingKey(options.signKey);
  if ('blocked' in signing) return { blocked: [signing.blocked] };
  try {
    const delegation = await openDelegation(plan, options, clock.now);
    const opened = await openRun(plan, options, clock);
    return 'blocked' in opened ? opened : begin({ ...opened, delegation }, options, signing.key, door);
  } catch (error) {
    if (!isIoError(error)) throw error;
    return { blocked: [unwritable(options.stateDir, error)] };
  }
}

/** With the file of the delegations as it is now. */
interface Begun extends Opened {
  readonly delegation: () => FileNow;
}

function begin(
  opened: Begun,
  options: SettledOptions,
  key: SigningKey | undefined,
  door: ChannelDoor | undefined,
): Run {
  const budgets = createBudgets({ plan: opened.plan, record: opened.record, state: opened.known.state, clock });
  const driven = started(opened, options, budgets, door);
  const ended = 'outcome' in driven ? driven.outcome : Promise.resolve(driven);
  let sealed: Sealed | undefined;
  let isOver = false;
  const done = ended
    .then((outcome) => {
      opened.record.run('gate', outcome);
      sealed = sealOpened(opened, key);
      return outcome;
    })
    .catch((error: unknown): Outcome => {
      // Without its record a run must not go on; what it had started is ended by now.
      if (!isIoError(error)) throw error;
      return { state: 'FAILED', reasons: [`the record of the run cannot be written: ${error.message}`] };
    })
    .finally(() => {
      isOver = true;
      return opened.close();
    });
  const driver = 'outcome' in driven ? driven : undefined;
  const stop: Run['stop'] = (reason, graceMs = options.graceMs ?? defaults.graceMs) => driver?.stop(reason, graceMs);
  obey(options.signal, () => stop('aborted'), done);
  return {
    id: opened.id,
    folder: opened.paths.folder,
    ready: driver?.ready ?? Promise.resolve(false),
    done,
    exports: () => driver?.exports() ?? {},
    status: () => driver?.status() ?? [],
    verdict: () => sealed,
    stop,
    probe: async (names) => driver?.probe(names) ?? { refused: notDriven(opened.id) },
    rotated: async (secret) => driver?.rotated(secret) ?? [],
    vaults: async () => driver?.vaults() ?? {},
    usage: (component, report) => (isOver ? { refused: 'over' } : budgets.report(component, report)),
    resolve: async (resolutions) => {
      if (isOver) return over(opened.id);
      for (const one of resolutions) opened.record.run('progress', { event: 'conflict-resolved', ...one });
      return undefined;
    },
    ...authorityIn(opened, driver, () => isOver, {
      time: clock.time,
      file: opened.delegation,
      externals: options.externals,
    }),
    interactions: driver?.interactions ?? noInteractions(opened.id),
    evidence: () => probeReports({ plan: opened.plan, store: opened.store, state: opened.known.state() }).reports,
    finalize: async (component, how) => {
      const done = (await driver?.finalize(component, how)) ?? neverBegun(opened.id);
      if ('code' in done) return { refused: done };
      return { workspaces: workspacesOf(opened, options).filter(({ id }) => done.includes(id)) };
    },
  };
}

/** The verdict stands in the journal by now, and is not changed by what becomes of the statement over it. */
function sealOpened({ id, paths, store, known }: Opened, key: SigningKey | undefined): Sealed {
  try {
    return seal({ id, folder: paths.folder, store, blobs: allBlobs(known.state()), key });
  } catch (error) {
    if (!isIoError(error)) throw error;
    return { fault: error.message };
  }
}
const notDriven = (id: string): Refused => ({
  code: 'run_over',
  message: `run ${id} has not begun, since it is BLOCKED`,
  remedy: `\`headgate status ${id}\` says why`,
});

const over = (id: string): Refused => ({
  code: 'run_over',
  message: `run ${id} has ended`,
  remedy: 'say it again: its folder is written to then',
});

const neverBegun = (id: string): FinalizeRefused => ({
  code: 'nothing_to_finalize',
  message: `run ${id} has not begun, since it is BLOCKED`,
  remedy: `\`headgate status ${id}\` says why`,
});

const workspacesOf = ({ id, plan, known, store }: Opened, { stateDir, sourceFolder }: SettledOptions) =>
  workspaceStatus({ id, plan, store, stateDir, sourceFolder, state: known.state(), lives: true });

/** How it ended where there was nothing to drive. */
function started(
  opened: Begun,
  options: SettledOptions,
  budgets: Budgets,
  door: ChannelDoor | undefined,
): Drive | Outcome | Promise<Outcome> {
  const { plan, record, known, store, onEvent } = opened;
  try {
    record.run('start', {
      plan: plan.planDigest,
      options: opened.optionsDigest,
      resumed: options.resume !== undefined,
      redo: options.resume?.redo ?? [],
      ...(options.on === undefined ? {} : { on: options.on.kind }),
    });
    if (options.on) return startDeployed({ ...opened, budgets }, { ...defaults, ...options, on: options.on }, clock);
    const copies = runCopies(plan, options.sourceFolder);
    const listening = withoutSandbox(plan).length === 0 ? new Set<number>() : portsInUse();
    const assembled = assembleRun({ ...options, plan, listening });
    const blocked = [
      ...networkRefused(plan, options.externals),
      ...('blocked' in assembled ? assembled.blocked : []),
      ...sourcesOutside(plan, options),
      ...otherPrograms(plan, options),
      ...checkProbes(plan),
      ...neverStarting(plan),
      ...('blocked' in assembled ? [] : checkWorkspaces(copies, assembled.components)),
    ];
    const tree = treeOfRun(options);
    if ('blocked' in assembled) return refused(opened, options, blocked, assembled.commands, tree);
    if (blocked.length > 0) return refused(opened, options, blocked, assembled.components, tree);
    // The one of the run: what is resolved for a process is added to it before the process starts.
    const redactor = createRedactor(assembled.secrets);
    const secrets = createBinder({
      runId: opened.id,
      declared: assembled.declared,
      bindings: new Map(assembled.components.map(({ moniker, bindings = [] }) => [moniker, bindings])),
      slots: referredSlots(options.externals).map(([, binding]) => binding),
      open: () => secretsOf(plan, options),
      redactor,
    });
    const warn = oneWarning((warning) => onEvent({ type: 'warning', warning }));
    warn(planWarning(plan));
    for (const warning of mismatchWarnings(plan, copies)) onEvent({ type: 'warning', warning });
    return drive({
      ...defaults,
      ...(options.readyTimeoutMs === undefined ? {} : { readyTimeoutMs: options.readyTimeoutMs }),
      ...(options.graceMs === undefined ? {} : { graceMs: options.graceMs }),
      runId: opened.id,
      plan,
      ...assembled,
      placement: openEnvironments(opened, options, {
        assembled,
        redactor,
        secretUrl: secrets.url,
        connect: budgets.connect,
        door,
      }),
      budgets,
      record,
      known,
      store,
      clock,
      delegation: opened.delegation,
      slotSecrets: Object.fromEntries(
        referredSlots(options.externals).map(([slot, { reference }]) => [slot, reference] as const),
      ),
      ...(options.proveEnforcement === true ? { proveEnforcement: true } : {}),
      secrets,
      namesOf: (secret) => namesOf(plan, options, secret),
      probes: {
        runners: { ...kinds, ...options.probeRunners },
        sourceFolder: options.sourceFolder,
        redact: redactor.redact,
      },
      workspaces: { copies, sources: () => hostSources({ ...options, run: opened.id }) },
      warn,
      onState: (status) => onEvent({ type: 'state', status }),
      onReady: (exports) => onEvent({ type: 'ready', exports }),
    });
  } catch (error) {
    if (!isIoError(error)) throw error;
    return { state: 'FAILED', reasons: [`the record of the run cannot be written: ${error.message}`] };
  }
}

/** Nothing is to be started; what else would be missing is told with it. */
async function refused(
  opened: Begun,
  { externals, env }: Pick<SettledOptions, 'externals' | 'env'>,
  blocked: readonly Blocked[],
  commands: readonly Command[],
  tree: ScenarioTree,
): Promise<Outcome> {
  const { plan, record, store, known, delegation: file } = opened;
  const missing = missingBefore(plan, { time: clock.time, file, revoked: known.state().revoked, externals });
  // Nobody has said that anything may be looked at.
  if (missing.length > 0) return { state: 'BLOCKED', blocked: inGateOrder([...missing, ...blocked]) };
  const images = commands.filter(({ image }) => image !== undefined);
  const places = [
    { probe: () => probeMachine(commands, tree) },
    ...(images.length === 0 ? [] : [{ probe: () => probeContainers(images, env) }]),
  ];
  const absent = await probeAll({ plan, record, store, clock }, places, { type: 'env.probe', target: null }, nothing);
  return { state: 'BLOCKED', blocked: inGateOrder([...blocked, ...absent]) };
}

/** What is not there at all is told by whoever looks for programs. */
const otherPrograms = (plan: DeploymentPlan, { sourceFolder }: SettledOptions): readonly Blocked[] =>
  changedPrograms(plan, sourceFolder).flatMap((one) => (one.isGone ? [] : otherProgram(one)));
