/** How each budget of a plan is kept, and where one is not. Pure. */
import { type BudgetName, type BudgetWay, budgetNames } from '../../ir/budget.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { imageNamed } from '../wiring/image-of.ts';
import { profileNameOf } from './profile-of.ts';

/** As much of a plan as says it. */
export type BudgetPlan = Pick<DeploymentPlan, 'components' | 'edges' | 'policies' | 'runtime'>;

/** A budget that a profile sets, of components that there are. */
export interface PlannedBudget {
  readonly profile: string;
  readonly budget: BudgetName;
  readonly limit: number;
  /** Memory that nothing but headgate counts is `metered` on a machine, whatever this says. */
  readonly kept: BudgetWay;
  /** With `unsupported`. */
  readonly gap?: Gap;
}

export type Gap =
  /** Its programs run on the machine itself, where nothing holds or counts them. */
  | { readonly why: 'no-sandbox' }
  /** Programs of it run in containers, of which nobody counts what they take: their monikers, in the order of the plan. */
  | { readonly why: 'container'; readonly components: readonly string[] }
  /** Edges to a model on which nobody counts: their ids, sorted. */
  | { readonly why: 'no-meter'; readonly edges: readonly string[] };

/** Programs by profile, in the order of the plan. */
export function usersOf({ components, runtime }: Pick<BudgetPlan, 'components' | 'runtime'>): Map<string, string[]> {
  const users = new Map<string, string[]>();
  for (const { moniker, program } of components) {
    if (program === null) continue;
    const profile = profileNameOf(moniker, runtime);
    const list = users.get(profile);
    if (list) list.push(moniker);
    else users.set(profile, [moniker]);
  }
  return users;
}

/** Without any, nothing has a budget. */
export const hasProfiles = ({ runtime }: Pick<BudgetPlan, 'runtime'>): boolean =>
  Object.keys(runtime?.profiles ?? {}).length > 0;

/** In the order of profiles, and of the names of budgets. O(components + edges). */
export function budgetsIn(plan: BudgetPlan): readonly PlannedBudget[] {
  if (!hasProfiles(plan)) return [];
  const users = usersOf(plan);
  const unmetered = unmeteredEdges(plan);
  return Object.entries(plan.runtime?.profiles ?? {}).flatMap(([profile, { budget = {}, sandbox }]) => {
    const monikers = new Set(users.get(profile) ?? []);
    if (monikers.size === 0) return [];
    const boxed = plan.components.filter(
      (one) => monikers.has(one.moniker) && imageNamed(one, plan).image !== undefined,
    );
    const containers = boxed.map(({ moniker }) => moniker);
    const edges = unmetered.filter(({ consumer }) => monikers.has(consumer)).map(({ id }) => id);
    return budgetNames.flatMap((name): readonly PlannedBudget[] => {
      const limit = budget[name];
      if (limit === undefined) return [];
      return [{ profile, budget: name, limit, ...keptBy(name, sandbox.mode === 'none', containers, edges) }];
    });
  });
}

function keptBy(
  name: BudgetName,
  onHost: boolean,
  containers: readonly string[],
  edges: readonly string[],
): Pick<PlannedBudget, 'kept' | 'gap'> {
  switch (name) {
    case 'wallClockSeconds':
    case 'agentConcurrency':
      return { kept: 'enforced' };
    case 'modelCalls':
    case 'tokens':
      if (edges.length > 0) return { kept: 'unsupported', gap: { why: 'no-meter', edges } };
      return { kept: 'metered' };
    case 'connectorCalls':
      return onHost ? withoutSandbox : { kept: 'enforced' };
    default:
      if (containers.length > 0) return { kept: 'unsupported', gap: { why: 'container', components: containers } };
      return onHost ? withoutSandbox : { kept: 'metered' };
  }
}

const withoutSandbox = { kept: 'unsupported', gap: { why: 'no-sandbox' } } as const;

/** An edge to a model, and who asks the model over it. */
interface ModelEdge {
  readonly id: string;
  readonly consumer: string;
}

export const modelProfile = 'model_provider';

/** Interposers that may tell the run what a model was used for. */
export const metersIn = ({ policies }: Pick<BudgetPlan, 'policies'>): ReadonlySet<string> =>
  new Set(policies.flatMap(({ interposers, grants }) => (grants.usage === true ? interposers : [])));

/** The same, each with the edges on which it sits. */
export function reportersOf({ edges, policies }: Pick<BudgetPlan, 'edges' | 'policies'>): Map<string, ModelEdge[]> {
  const reporters = new Map<string, ModelEdge[]>([...metersIn({ policies })].map((moniker) => [moniker, []]));
  const consumers = consumersOf(edges);
  for (const { id, to, capability } of edges) {
    if (capability.profile !== modelProfile) continue;
    reporters.get(to.component)?.push({ id, consumer: consumers.get(id) ?? to.component });
  }
  return reporters;
}

/** Of the logical edge: the last hop leads to who wanted it. */
export function consumersOf(edges: BudgetPlan['edges']): ReadonlyMap<string, string> {
  const last = new Map<string, { readonly hop: number; readonly component: string }>();
  for (const { id, hop, to } of edges) {
    const known = last.get(id);
    if (!known || (hop ?? 0) >= known.hop) last.set(id, { hop: hop ?? 0, component: to.component });
  }
  return new Map([...last].map(([id, { component }]) => [id, component]));
}

function unmeteredEdges(plan: BudgetPlan): readonly ModelEdge[] {
  const metered = new Set([...reportersOf(plan).values()].flat().map(({ id }) => id));
  const consumers = consumersOf(plan.edges);
  const open = new Set(
    plan.edges.flatMap(({ id, capability }) => (capability.profile === modelProfile && !metered.has(id) ? [id] : [])),
  );
  return [...open].sort().map((id) => ({ id, consumer: consumers.get(id) ?? '' }));
}
