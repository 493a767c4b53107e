/** Which rights a plan comes to: the gate of each, who needs it, and its resource as delegations name it. Pure. */
import { own } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { type Need, need } from '../../ir/authority.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import { metersIn, modelProfile } from '../profiles/budgets.ts';
import { profileOf } from '../profiles/profile-of.ts';
import { edgesOf, type WiredEdge } from '../wiring/edges.ts';
import { programOf } from '../wiring/endpoints.ts';
import { imageNamed } from '../wiring/image-of.ts';
import { storageOf } from '../wiring/storage.ts';

export const exportResource = (name: string): string => `exports.${name}`;
export const probeResource = (name: string): string => `probes.${name}`;
export const workspaceResource = (name: string): string => `workspaces.${name}`;
export const controlResource = 'control';
export const cacheResource = 'cache';
export const enforcementResource = 'enforcement';
/** Of a vault; which version of a secret, and which part of it, makes no other right. */
export const secretResource = (reference: string): string => reference.replace(/[@#].*$/, '');

/** Who looks for everything that it is shown: an edge has the same name at every hop. */
const edgeResource = ({ id, key }: WiredEdge): string => id ?? key;

/** Undefined for what takes no way: a component that is bound to itself. */
export function needOfEdge(edge: WiredEdge): Need | undefined {
  const { from, to } = edge;
  if (to.kind === 'export')
    return from.kind === 'component' ? need('export', from.moniker, exportResource(to.name)) : undefined;
  if (from.kind === 'component' && from.moniker === to.moniker) return undefined;
  return need('edge', to.moniker, edgeResource(edge));
}

/** What a component needs besides ways: its program, tools, models and files. O(edges + components). */
export function ownNeeds(
  plan: Pick<DeploymentPlan, 'edges' | 'runtime'>,
  component: PlanComponent,
  edges: readonly WiredEdge[],
): readonly Need[] {
  const { moniker } = component;
  const program = programOf(component);
  if (!program) return [];
  const carried = new Set(edges.flatMap(({ id, to }) => (to.kind === 'slot' && to.moniker === moniker ? [id] : [])));
  const models = plan.edges.filter(
    ({ id, to, capability }) => to.component === moniker && capability.profile === modelProfile && carried.has(id),
  );
  const workspace = own(plan.runtime?.components ?? {}, moniker)?.workspace;
  const image = 'vm' in program ? program.vm.image : imageNamed(component, plan).image;
  return [
    ...('path' in program ? [need('tool', moniker, program.path)] : []),
    ...(image === undefined ? [] : [need('container', moniker, image)]),
    ...(profileOf(moniker, plan.runtime)?.sandbox?.tools ?? []).map((tool) => need('tool', moniker, tool)),
    ...models.map(({ id }) => need('model', moniker, id)),
    ...(workspace === undefined ? [] : [need('workspace', moniker, workspaceResource(workspace))]),
  ];
}

/** Whom a probe looks at: the root, where it is of a kind that says nothing of that. */
export function needOfProbe(
  { exports, edges, runtime }: Pick<DeploymentPlan, 'exports' | 'edges' | 'runtime'>,
  name: string,
): Need | undefined {
  const probe = own(runtime?.probes ?? {}, name);
  return probe && need('evidence', lookedAt({ exports, edges }, probe) ?? '/', probeResource(name));
}

function lookedAt({ exports, edges }: Pick<DeploymentPlan, 'exports' | 'edges'>, probe: PlanProbe): string | undefined {
  if ('component' in probe) return probe.component;
  const { target = { export: '' } } = 'target' in probe ? probe : { target: { export: probe.export } };
  if ('export' in target) return exports.find(({ name }) => name === target.export)?.from.component;
  if ('edge' in target) return edges.find(({ id }) => id === target.edge)?.to.component;
  return target.provide.slice(0, target.provide.lastIndexOf('.')) || undefined;
}

/**
 * What is known before anybody has said which secrets there are. Sorted, each once. `externals` are slots of the root that something
 * stands behind; all of them unless given. O(components × edges).
 */
export function needsOf(plan: DeploymentPlan, externals?: readonly string[]): readonly Need[] {
  const edges = edgesOf(plan).filter(
    ({ from }) => from.kind === 'component' || externals === undefined || externals.includes(from.slot),
  );
  const programs = plan.components.filter(programOf);
  return distinct([
    ...edges.flatMap((edge) => needOfEdge(edge) ?? []),
    ...programs.flatMap((component) => [...ownNeeds(plan, component, edges), ...declaredWays(plan, component)]),
    ...Object.keys(plan.runtime?.probes ?? {}).flatMap((name) => needOfProbe(plan, name) ?? []),
  ]);
}

/** Ways that the settings or the manifest declare, and no binding. A meter of models has one to the run, for what it counts. */
function declaredWays(plan: DeploymentPlan, component: PlanComponent): readonly Need[] {
  const { moniker } = component;
  const settings = own(plan.runtime?.components ?? {}, moniker);
  const sandbox = profileOf(moniker, plan.runtime)?.sandbox;
  return [
    ...storageOf(component, plan).map(({ id }) => need('storage', moniker, id)),
    ...[...(settings?.egress ?? []), ...(sandbox?.egress ?? [])].map((to) => need('egress', moniker, to)),
    ...(settings?.control || metersIn(plan).has(moniker) ? [need('control', moniker, controlResource)] : []),
    ...(sandbox?.cacheMiB === undefined ? [] : [need('cache', moniker, cacheResource)]),
  ];
}

export const keyOfNeed = ({ gate, subject, resource, kind }: Need): string =>
  [subject, gate, resource, kind].join('\0');

/** Sorted by subject, gate and resource. */
export function distinct(needs: readonly Need[]): readonly Need[] {
  const each = new Map(needs.map((one) => [keyOfNeed(one), one]));
  return [...each].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one);
}
