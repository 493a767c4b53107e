/**
 * A plan and what the operator gives → the components and edges of a run on this machine. Reads nothing and starts nothing: what is
 * missing is known before the first effect.
 */

import { isForeignName } from '../../../adapters/sandbox/gate.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { bindingsOf } from '../../../plan/wiring/bindings.ts';
import type { WiredComponent } from '../../../plan/wiring/component.ts';
import type { WiredEdge } from '../../../plan/wiring/edges.ts';
import { endpointsOf, programOf } from '../../../plan/wiring/endpoints.ts';
import { imageNamed, imageOf } from '../../../plan/wiring/image-of.ts';
import { knownWords } from '../../../plan/wiring/known-words.ts';
import { programSource } from '../../../plan/wiring/program-source.ts';
import { render } from '../../../plan/wiring/render.ts';
import { shownSecrets } from '../../../plan/wiring/secrets.ts';
import { wire } from '../../../plan/wiring/wire.ts';
import type { Declared } from '../../bindings/binder.ts';
import { declaredSecrets, referredSlots } from '../../bindings/declared.ts';
import { checkReferences } from '../../bindings/refused.ts';
import { checkSettings, settledFor } from '../../component-settings.ts';
import { cacheOf } from '../../profiles/cache-key.ts';
import { checkProfiles, withoutSandbox } from '../../profiles/check-profiles.ts';
import { programFolder } from '../../program-folder.ts';
import { type PlannedProgram, plannedPrograms } from '../../state/programs.ts';
import { allocatePorts, channelOf, egressOf, localAddressing } from './addresses.ts';
import { boundWith } from './bound.ts';
import { checkExports } from './check-exports.ts';
import { checkKinds } from './check-kinds.ts';
import type { Command, LocalComponent } from './component.ts';
import { refusedOnHost, runsOnHost } from './host-programs.ts';
import { offersOf } from './offers.ts';
import { refusedRender, refusedSecrets, refusedVariables, refusedWiring } from './refused-wiring.ts';

export interface RunInputs {
  readonly plan: DeploymentPlan;
  /** Absolute; names of sources are relative to it. */
  readonly sourceFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly configFile?: JsonObject;
  /** URLs for the slots of the root, by name. */
  readonly externals: Readonly<Record<string, string>>;
  /** By the name of the export. */
  readonly exportPorts?: Readonly<Record<string, number>>;
  /** See `ProfileOptions`; false unless given. */
  readonly noSandbox?: boolean;
  /** Ports of this machine that somebody listens on: programs that run on it get others. */
  readonly listening?: ReadonlySet<number>;
}

export interface Assembled {
  /** In the order of the plan. */
  readonly components: readonly LocalComponent[];
  readonly edges: readonly WiredEdge[];
  /** Values that must not be shown; for the redactor alone. */
  readonly secrets: readonly string[];
  readonly declared: readonly Declared[];
}

export interface Refused {
  readonly blocked: readonly Blocked[];
  /** What would have been started, as far as it is known. No values of the root config that are secret. */
  readonly commands: readonly Command[];
}

export function assembleRun(inputs: RunInputs): Assembled | Refused {
  const { plan, env, configFile, externals, exportPorts = {}, noSandbox = false, listening = new Set() } = inputs;
  const wired = wire(plan, {
    config: { env, ...(configFile ? { file: configFile } : {}) },
    externals: Object.keys(externals),
  });
  const problems = 'problems' in wired ? wired.problems : [];
  const isOfSize = ({ kind }: (typeof problems)[number]): boolean => kind === 'size-invalid';
  const missing = [
    ...problems.filter((problem) => !isOfSize(problem)).map(refusedWiring),
    ...checkExports(plan, exportPorts),
    ...checkKinds(plan),
    ...checkSettings(plan),
    ...checkProfiles(plan, { noSandbox }),
    ...problems.filter(isOfSize).map(refusedWiring),
  ];
  const startable = 'problems' in wired ? [] : wired.components.filter(({ program }) => !('vm' in program));
  const programs = plannedPrograms(plan, inputs.sourceFolder);
  const taken = new Set(listening);
  const made = startable.map((component) =>
    localComponent(component, programs.get(component.moniker) ?? null, inputs, taken),
  );
  const components = made.flatMap((one) => ('gate' in one ? [] : [one]));
  const vaults = plan.runtime?.vaults ?? {};
  const blocked = [
    ...missing,
    ...components.flatMap(({ moniker, bindings = [] }) => checkReferences(moniker, bindings, vaults)),
    ...referredSlots(externals).flatMap(([slot, binding]) => checkReferences(`slots.${slot}`, [binding], vaults)),
    ...refusedOnHost(components, listening),
    ...made.flatMap((one) => ('gate' in one && !follows(one, missing) ? [one] : [])),
  ];
  if ('problems' in wired || blocked.length > 0) return { blocked, commands: commandsIn(components, inputs) };
  const { secrets, root } = wired.config;
  const declared = declaredSecrets(plan, root, wired.components, externals);
  return { components, edges: wired.edges, secrets, declared };
}

/** What cannot be had here has no address either. */
const follows = ({ gate, subject }: Blocked, missing: readonly Blocked[]): boolean =>
  gate === 'program_incomplete' &&
  missing.some((one) => one.gate === 'framework_capability' && one.subject === subject);

/** Of what could not be put together, the words that stand in the plan. */
function commandsIn(made: readonly LocalComponent[], { plan, sourceFolder }: RunInputs): readonly Command[] {
  const known = new Map(made.map((one) => [one.moniker, one]));
  return plan.components.flatMap((component): readonly Command[] => {
    const { moniker } = component;
    const program = programOf(component);
    const argv = known.get(moniker)?.argv ?? (program ? knownWords(program) : []);
    return argv.length === 0
      ? []
      : [
          {
            moniker,
            argv,
            cwd: programFolder(programSource(component, plan), sourceFolder),
            ...needsOf(settledFor(moniker, plan)),
            ...imageNamed(component, plan),
          },
        ];
  });
}

/** That programs on the host listen on, or will. */
const portsOnHost = (plan: DeploymentPlan): readonly number[] => {
  const monikers = new Set(withoutSandbox(plan).map(([moniker]) => moniker));
  return plan.components.flatMap((one) => (monikers.has(one.moniker) ? endpointsOf(one).map(({ port }) => port) : []));
};

/** Of the machine, by its profile. */
const needsOf = ({ profile }: Pick<LocalComponent, 'profile'>): Pick<Command, 'tools' | 'onHost'> => ({
  ...(profile?.sandbox?.tools === undefined ? {} : { tools: profile.sandbox.tools }),
  ...(runsOnHost({ profile }) ? { onHost: true } : {}),
});

function localComponent(
  component: WiredComponent,
  planned: PlannedProgram | null,
  inputs: RunInputs,
  taken: Set<number>,
): LocalComponent | Blocked {
  const { moniker, ports, provides, storage, after } = component;
  const { grants, rotation, ...settled } = settledFor(moniker, inputs.plan);
  // Sandboxes have a loopback each; those without one share that of this machine.
  const isOnHost = runsOnHost(settled);
  const besides = isOnHost ? new Set([...taken, ...portsOnHost(inputs.plan)]) : undefined;
  const slots = allocatePorts(component, grants, besides);
  const egress = egressOf(component, slots, grants, besides);
  if (isOnHost) for (const { port } of [...slots, ...(egress ? [egress] : [])]) taken.add(port);
  const addressing = localAddressing(slots);
  const rendered = render(component, addressing);
  if ('problem' in rendered) return refusedRender(moniker, rendered.problem);
  const shown = shownSecrets(component);
  if (shown.argv.length > 0) return refusedSecrets(moniker, shown.argv);
  const variables = Object.keys(shown.env).filter((name) => !isOnHost && isForeignName(name));
  if (variables.length > 0) return refusedVariables(moniker, variables);
  const { argv, env, files } = rendered;
  const bindings = bindingsOf(component);
  const image = imageOf(component, rendered.image, inputs.plan);
  const cache = cacheOf('local', settled.profile);
  return {
    moniker,
    argv,
    env,
    files,
    ...(bindings.length === 0 ? {} : { bindings }),
    hasLiveFiles: Object.values(rotation).includes('file'),
    bound: boundWith(component, addressing, { argv, env, files }),
    cwd: 'path' in component.program ? programFolder(component.source, inputs.sourceFolder) : null,
    ...(image === undefined ? {} : { image, secretVariables: Object.keys(shown.env) }),
    planned,
    ports,
    provides,
    ...offersOf(component, inputs.plan),
    slots,
    storage,
    ...settled,
    ...(settled.control ? { channel: channelOf(component, slots, egress) } : {}),
    ...needsOf(settled),
    after,
    egress,
    ...(cache ? { cache } : {}),
  };
}
