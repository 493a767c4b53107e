/**
 * A plan and what the operator gives → the components and edges of a run on this machine. Reads nothing and starts nothing: what is
 * missing is known before the first effect.
 */

import type { JsonObject } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { WiredComponent } from '../../../plan/wiring/component.ts';
import type { WiredEdge } from '../../../plan/wiring/edges.ts';
import { render } from '../../../plan/wiring/render.ts';
import { secretsInArguments } from '../../../plan/wiring/secrets.ts';
import { wire } from '../../../plan/wiring/wire.ts';
import { checkSettings, settledFor } from '../../component-settings.ts';
import { programFolder } from '../../program-folder.ts';
import { type PlannedProgram, plannedPrograms } from '../../state/programs.ts';
import { allocatePorts, egressOf, localAddressing } from './addresses.ts';
import { checkExports } from './check-exports.ts';
import { checkKinds } from './check-kinds.ts';
import type { LocalComponent } from './component.ts';
import { refusedRender, refusedSecrets, refusedWiring } from './refused-wiring.ts';

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
}

export interface Assembled {
  /** In the order of the plan. */
  readonly components: readonly LocalComponent[];
  readonly edges: readonly WiredEdge[];
  /** Values that must not be shown; for the redactor alone. */
  readonly secrets: readonly string[];
}

export function assembleRun(inputs: RunInputs): Assembled | { readonly blocked: readonly Blocked[] } {
  const { plan, env, configFile, externals, exportPorts = {} } = inputs;
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
    ...problems.filter(isOfSize).map(refusedWiring),
  ];
  if ('problems' in wired || missing.length > 0) return { blocked: missing };
  const blocked: Blocked[] = [];
  const programs = plannedPrograms(plan, inputs.sourceFolder);
  const components = wired.components.flatMap((component) => {
    const here = localComponent(component, programs.get(component.moniker) ?? null, inputs);
    if (!('gate' in here)) return [here];
    blocked.push(here);
    return [];
  });
  return blocked.length > 0 ? { blocked } : { components, edges: wired.edges, secrets: wired.config.secrets };
}

function localComponent(
  component: WiredComponent,
  planned: PlannedProgram | null,
  inputs: RunInputs,
): LocalComponent | Blocked {
  const { moniker, ports, provides, storage, after } = component;
  const { grants, ...settled } = settledFor(moniker, inputs.plan);
  const slots = allocatePorts(component, grants);
  const rendered = render(component, localAddressing(slots));
  if ('problem' in rendered) return refusedRender(moniker, rendered.problem);
  const shown = secretsInArguments(component);
  if (shown.length > 0) return refusedSecrets(moniker, shown);
  const { argv, env, files } = rendered;
  return {
    moniker,
    argv,
    env,
    files,
    cwd: programFolder(component.source, inputs.sourceFolder),
    planned,
    ports,
    provides,
    slots,
    storage,
    ...settled,
    after,
    egress: egressOf(component, slots, grants),
  };
}
