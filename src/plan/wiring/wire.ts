/**
 * A plan and what is given from outside → components and edges, before anybody has said at which addresses they stand. Runs and
 * emitters start from it: `render` makes a component of it that can be started somewhere. Pure.
 */
import type { JsonObject } from '../../base/json.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import type { ConfigLeaf, WiredComponent } from './component.ts';
import { type GivenConfig, rootConfigOf } from './config.ts';
import { toConfigValue } from './config-value.ts';
import { edgesOf, isSlotEdge, type SlotEdge, type WiredEdge } from './edges.ts';
import { endpointsOf, programOf } from './endpoints.ts';
import { externalProblems } from './externals.ts';
import { freeMark } from './marks.ts';
import type { WiringProblem } from './problem.ts';
import { programSource } from './program-source.ts';
import { type Placed, referencesIn } from './references.ts';
import { secretsIn } from './secrets.ts';
import { storageOf, unreadableSizes } from './storage.ts';

export interface Given {
  /** Where the root config comes from; without it only defaults are known, and the rest can stay references. */
  readonly config?: GivenConfig;
  /** Root slots that something outside stands behind. */
  readonly externals: readonly string[];
}

export interface Wiring {
  /** Those with a program, in the order of the plan. */
  readonly components: readonly WiredComponent[];
  /** Between them, from outside, and to exports; in the order of the plan, exports last. */
  readonly edges: readonly WiredEdge[];
  readonly config: {
    /** The root config as far as it is known. */
    readonly root: JsonObject;
    /** Texts that must not be shown, the longest first. */
    readonly secrets: readonly string[];
  };
}

/** All that is wrong is told at once. */
export function wire(plan: DeploymentPlan, given: Given): Wiring | { readonly problems: readonly WiringProblem[] } {
  const { root, problems } = rootConfigOf(plan, given.config);
  const all = [...problems, ...externalProblems(plan, given.externals), ...unreadableSizes(plan)];
  if (all.length > 0) return { problems: all };
  const externals = new Set(given.externals);
  const running = new Set(plan.components.filter(programOf).map(({ moniker }) => moniker));
  // An optional root slot that nothing is given for carries nothing.
  const isCarried = ({ from, to }: WiredEdge): boolean =>
    (to.kind === 'export' || running.has(to.moniker)) &&
    (from.kind === 'component' ? running.has(from.moniker) : externals.has(from.slot));
  const edges = edgesOf(plan).filter(isCarried);
  const around: Around = {
    plan,
    root,
    references: referencesIn(root),
    mark: freeMark([JSON.stringify(plan.components), JSON.stringify(root)]),
    ends: grouped(edges.filter(isSlotEdge), ({ to }) => to.moniker),
    beginnings: grouped(edges, ({ from }) => (from.kind === 'component' ? from.moniker : undefined)),
    leaves: leavesByConsumer(plan),
    waiting: waitingBehind(plan, externals),
  };
  const components = plan.components.flatMap((component) => wireComponent(component, around));
  return { components, edges, config: { root, secrets: secretsIn(plan, root, around.mark) } };
}

interface Around {
  readonly plan: DeploymentPlan;
  readonly root: JsonObject;
  readonly references: readonly Placed[];
  readonly mark: string;
  /** By consumer. */
  readonly ends: ReadonlyMap<string, readonly SlotEdge[]>;
  /** By provider. */
  readonly beginnings: ReadonlyMap<string, readonly WiredEdge[]>;
  readonly leaves: ReadonlyMap<string, readonly ConfigLeaf[]>;
  readonly waiting: ReadonlyMap<string, WiredComponent['waiting']>;
}

function wireComponent(component: PlanComponent, around: Around): readonly WiredComponent[] {
  const { moniker } = component;
  const program = programOf(component);
  if (!program) return [];
  const slots = around.ends.get(moniker) ?? [];
  const wired: WiredComponent = {
    moniker,
    program,
    config: {
      template: toConfigValue(component.config as JsonObject),
      schema: component.configSchema as JsonObject | null,
      leaves: around.leaves.get(moniker) ?? [],
      root: around.root,
      rootSchema: around.plan.config.schema as JsonObject | null,
      references: around.references,
      filled: [],
      mark: around.mark,
    },
    ports: [...new Set(endpointsOf(component).map(({ port }) => port))],
    provides: (around.beginnings.get(moniker) ?? []).flatMap(({ key, from }) =>
      from.kind === 'component' ? [{ edge: key, port: from.port }] : [],
    ),
    slots,
    waiting: (around.waiting.get(moniker) ?? []).map(({ slot, external }) => ({ slot, external })),
    storage: storageOf(component, around.plan),
    after: strongProviders(slots, moniker),
    source: programSource(component, around.plan),
  };
  return [wired];
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string | undefined): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    if (key === undefined) continue;
    const group = groups.get(key) ?? [];
    groups.set(key, group);
    group.push(one);
  }
  return groups;
}

function leavesByConsumer({ config }: DeploymentPlan): ReadonlyMap<string, readonly ConfigLeaf[]> {
  const pairs = config.leaves.flatMap((leaf) => leaf.consumers.map((consumer) => ({ leaf, consumer })));
  const groups = grouped(pairs, ({ consumer }) => consumer);
  return new Map([...groups].map(([consumer, all]) => [consumer, all.map(({ leaf }) => leaf)]));
}

/** By consumer. */
function waitingBehind({ edges }: DeploymentPlan, externals: ReadonlySet<string>): Around['waiting'] {
  const waiting = edges.flatMap(({ from, to }) =>
    from.kind === 'external' && !externals.has(from.slot)
      ? [{ consumer: to.component, slot: to.slot, external: from.slot }]
      : [],
  );
  return grouped(waiting, ({ consumer }) => consumer);
}

function strongProviders(ends: readonly SlotEdge[], moniker: string): readonly string[] {
  const providers = ends.flatMap(({ from, weak }) => (from.kind === 'component' && !weak ? [from.moniker] : []));
  return [...new Set(providers)].filter((provider) => provider !== moniker).sort();
}
