/** A plan and what the operator gives → a run in a place that takes whole plans. What is missing is known before the first effect. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { wire } from '../../plan/wiring/wire.ts';
import type { Target } from '../../ports/target.ts';
import { missingBefore, networkRefused } from '../authority/before.ts';
import type { FileNow } from '../authority/state.ts';
import type { Budgets } from '../budgets/budgets.ts';
import type { Clock } from '../clock.ts';
import { checkSettings } from '../component-settings.ts';
import type { Drive } from '../drive-options.ts';
import { checkExports } from '../environments/local/check-exports.ts';
import { refusedWiring } from '../environments/local/refused-wiring.ts';
import { storageKey } from '../environments/local/storage.ts';
import { inGateOrder } from '../gate/order.ts';
import type { Outcome } from '../gate/outcome.ts';
import type { Opened } from '../open-run.ts';
import { requiredProbes } from '../probes/completion.ts';
import { createRedactor } from '../redactor/redactor.ts';
import type { RunPlace, SettledOptions } from '../run-options.ts';
import { call } from './call.ts';
import { placeOfUrl, projectOf, thisMachine } from './compose/project.ts';
import { createComposeTarget } from './compose/target.ts';
import { driveTarget } from './drive-target.ts';
import { createFollower } from './follow-logs.ts';
import { createKubernetesTarget } from './kubernetes/target.ts';

type Options = SettledOptions & { readonly on: RunPlace; readonly graceMs: number };

/** Between two looks at what runs. */
const everyMs = 700;

export interface Deployed extends Opened {
  readonly delegation: () => FileNow;
  readonly budgets: Budgets;
}

export function startDeployed(opened: Deployed, options: Options, clock: Clock): Drive | Outcome {
  const { plan, paths } = opened;
  const { on, env, configFile, externals } = options;
  const isEnding = options.resume?.ends === true;
  const wired = wire(plan, {
    ...(isEnding ? {} : { config: { env, ...(configFile ? { file: configFile } : {}) } }),
    externals: Object.keys(externals),
  });
  const revoked = opened.known.state().revoked;
  const blocked = [
    // What is being taken away needs nothing.
    ...(isEnding ? [] : missingBefore(plan, { time: clock.time, file: opened.delegation, revoked, externals })),
    ...networkRefused(plan, externals),
    ...('problems' in wired ? wired.problems.map(refusedWiring) : []),
    ...checkExports(plan, options.exportPorts),
    ...checkSettings(plan),
    ...unsupported(plan, on),
    ...Object.entries(externals).flatMap(([slot, url]) => {
      const place = placeOfUrl(url);
      if (place === undefined) return [notPassedOn(slot, on)];
      return on.kind === 'kubernetes' && place.startsWith(thisMachine) ? [notFromThere(slot)] : [];
    }),
  ];
  if ('problems' in wired || blocked.length > 0) return { state: 'BLOCKED', blocked: inGateOrder(blocked) };
  const { root, secrets } = wired.config;
  const redactor = createRedactor(secrets);
  const target = makeTarget(opened, options, { root, externals: placesOf(externals) });
  mkdirSync(paths.logs, { recursive: true, mode: 0o700 });
  const follower = createFollower(target, {
    folder: paths.logs,
    clock: () => new Date().toISOString(),
    redactor,
    onLine: (line) => opened.onEvent({ type: 'log', line }),
  });
  const driven = driveTarget({
    ...opened,
    runId: opened.id,
    monikers: wired.components.map(({ moniker }) => moniker),
    target,
    externals: Object.keys(externals),
    isEnding,
    follower,
    clock,
    graceMs: options.graceMs,
    everyMs,
    onState: (status) => opened.onEvent({ type: 'state', status }),
    onReady: (exports) => opened.onEvent({ type: 'ready', exports }),
  });
  if (isEnding) driven.stop('stopped', options.graceMs);
  return driven;
}

interface Given {
  readonly root: Parameters<typeof createComposeTarget>[0]['root'];
  readonly externals: Readonly<Record<string, string>>;
}

function makeTarget({ id, plan, paths }: Opened, options: Options, given: Given): Target {
  const { files = new Map(), sourceFolder, on } = options;
  const common = { ...options, ...given, runId: id, plan, call };
  if (on.kind === 'kubernetes')
    return createKubernetesTarget({
      ...common,
      files,
      folder: join(paths.folder, 'kubernetes'),
      namespace: on.namespace,
      context: on.context,
      prunes: on.yes === true,
    });
  const project = projectOf(files, plan, storageKey(sourceFolder, plan.scenario.root));
  return createComposeTarget({ ...common, ...project, folder: join(paths.folder, 'compose') });
}

const placesOf = (externals: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(externals).map(([slot, url]) => [slot, placeOfUrl(url) ?? '']));

/** What only a run on this machine has. */
function unsupported(plan: DeploymentPlan, { kind }: RunPlace): readonly Blocked[] {
  const required = requiredProbes(plan);
  if (required.length === 0) return [];
  return [
    {
      gate: 'target_unsupported',
      subject: 'completion',
      reasons: [
        `the run is only complete when probes have passed (${required.join(', ')}), and on ${kind} nothing is probed`,
      ],
      remedy: 'run it on this machine, or take `completion` and `required` out of the settings',
    },
  ];
}

const notFromThere = (slot: string): Blocked => ({
  gate: 'slot_unsupported',
  subject: `slots.${slot}`,
  reasons: ['its URL leads to this machine, which no pod of a cluster finds there'],
  remedy: 'give a URL with a name or an address that the cluster reaches',
});

const notPassedOn = (slot: string, { kind }: RunPlace): Blocked => ({
  gate: 'slot_unsupported',
  subject: `slots.${slot}`,
  reasons: [`on ${kind} its bytes are passed on as they are, which takes an http:// or tcp:// URL without a path`],
  remedy: 'give the URL of something that speaks the protocol without TLS',
});
