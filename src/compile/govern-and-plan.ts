/** Phases 5 to 7: from a linked scenario to its plan and what is made of it. Apart from compile.ts, so that a check does not load it. */

import type { Location } from '../base/span.ts';
import type { Governed } from '../ir/governed.ts';
import type { Linked } from '../ir/linked.ts';
import type { ManifestTree } from '../ir/tree.ts';
import { planTextV1 } from '../language/plan-file/write.ts';
import { type ProgramFile, programFiles } from '../language/program/program-files.ts';
import type { SourceNames } from '../language/source-names.ts';
import { type GovernContext, govern } from '../phases/5-govern/index.ts';
import { checkPrograms } from '../phases/5-govern/lock/frozen.ts';
import type { KeyContext } from '../phases/5-govern/lock/keys.ts';
import { checkPolicyReads } from '../phases/5-govern/policy-reads.ts';
import { checkSettingNames } from '../phases/5-govern/policy-settings.ts';
import { checkTravels } from '../phases/5-govern/travels.ts';
import { makePlan } from '../phases/6-plan/index.ts';
import type { CompileInput } from '../phases/7-emit/emitter.ts';
import { emitCompiled } from '../phases/7-emit/emitters.ts';
import type { Delegations } from './delegation.ts';
import { fileDigests } from './file-digests.ts';
import { type Compiled, type CompileOptions, defaultLimits } from './options.ts';
import type { Stage } from './stage.ts';

export interface LinkedScenario {
  readonly linked: Linked;
  readonly names: SourceNames;
  readonly folder: string;
  readonly from: CompileInput['from'];
  readonly delegations: Delegations | undefined;
}

/** What settings and lock say of policies, held against the scenario. */
export function checkSaid(linked: Linked, tree: ManifestTree, options: CompileOptions, { locks, sink }: Stage): void {
  checkSettingNames(linked, options.policySettings ?? [], sink);
  // What a frozen compile reads from the network are the recorded texts.
  if (locks.pins && !locks.frozen) checkPolicyReads(linked, tree, locks.pins, sink);
}

/** Undefined after an error, and where nobody is asked. */
export async function governAndPlan(
  { linked, names, folder, from, delegations }: LinkedScenario,
  options: CompileOptions,
  stage: Stage,
): Promise<Compiled | undefined> {
  const { locks, sink, time } = stage;
  if (options.bundle) await checkTravels(linked, names, keyContext(options), sink);
  if (!options.policyClient && !locks.frozen) return undefined;
  const governed = await time('govern', () => govern(linked, governContext(options, names, stage)));
  if (!governed) return undefined;
  const planned = await time('plan', async () => {
    const programs = await programsOf(linked, governed, options, stage);
    const plan = makePlan(governed, names, { runtime: options.runtime, programs, delegations, sink });
    return plan && !sink.hasErrors ? { plan, programs } : undefined;
  });
  if (!planned) return undefined;
  const { programs, plan } = planned;
  const { firstLineOf } = options;
  const input = { plan, governed, programs, from, ...(firstLineOf ? { firstLineOf } : {}) };
  const emit: Compiled['emit'] = (kind, report = () => {}) =>
    emitCompiled(kind, { ...input, placeOf: placesIn(governed) }, report);
  return {
    plan,
    // Long, and seldom wanted as it is.
    get planText() {
      return planTextV1(plan);
    },
    governed,
    folder,
    emit,
  };
}

/** By moniker. */
function placesIn({ graph, origins }: Governed): (moniker: string) => Location | undefined {
  let places: ReadonlyMap<string, Location | undefined> | undefined;
  return (moniker) => {
    places ??= new Map(graph.components.map((one) => [one.moniker, origins.components[one.id]?.at]));
    return places.get(moniker);
  };
}

async function programsOf(
  linked: Linked,
  governed: Governed,
  options: CompileOptions,
  { locks, sink }: Stage,
): Promise<readonly ProgramFile[]> {
  if (options.programs === false) return [];
  const programs = await programFiles(linked, governed, options.baseDir, fileDigests(options.loader));
  if (locks.frozen) checkPrograms(locks.frozen, programs, sink);
  return programs;
}

function governContext(options: CompileOptions, names: SourceNames, { locks, sink, time }: Stage): GovernContext {
  const recording = options.record === true || locks.frozen !== undefined;
  return {
    client: options.policyClient,
    time,
    rootConfig: options.rootConfig ?? {},
    vaults: Object.keys(options.runtime?.vaults ?? {}),
    ...(options.secrets ? { secrets: options.secrets } : {}),
    running: options.running ?? {},
    settings: options.policySettings ?? [],
    limits: { ...defaultLimits, ...options.limits },
    givenLimits: options.limits ?? {},
    pins: { all: options.allowRemotePolicies === true, lock: locks.pins, faults: locks.faults ?? [], names },
    ...(recording ? { keys: keyContext(options) } : {}),
    ...(locks.frozen ? { frozen: { lock: locks.frozen, sources: names.sources } } : {}),
    sink,
    ...(options.onAnswer ? { onAnswer: options.onAnswer } : {}),
    ...(options.verify ? { verify: options.verify } : {}),
    ...(options.without ? { without: options.without } : {}),
  };
}

const keyContext = ({ baseDir, loader }: CompileOptions): KeyContext => ({
  baseDir,
  digestOfFile: fileDigests(loader),
});
