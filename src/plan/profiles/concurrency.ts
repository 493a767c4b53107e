/**
 * Which programs of a profile may run at a time, so that none waits for ever. Pure.
 *
 * A task gives its place back when it ends, and a service keeps it until the run is over. So the services that a task of the profile
 * needs may start at any time, as many others as leave one place to tasks as well, and the rest of the services when every task of the
 * profile is over.
 */
import { strongCycles } from '../../base/cycles.ts';
import { own } from '../../base/json.ts';
import { copiesOf } from '../workspaces/copies.ts';
import { finalizedBefore } from '../workspaces/needs.ts';
import { type BudgetPlan, hasProfiles, usersOf } from './budgets.ts';

export interface AgentOrder {
  /** Of each profile that is limited, by name. */
  readonly profiles: ReadonlyMap<string, Agents>;
  readonly faults: readonly NeverStarts[];
}

export interface Agents {
  readonly limit: number;
  /** Monikers in the order of the plan; what policies have inserted is no agent. */
  readonly tasks: readonly string[];
  readonly services: readonly string[];
  /** Of the services those that start when every task is over. */
  readonly late: readonly string[];
}

export interface NeverStarts {
  readonly profile: string;
  readonly limit: number;
  readonly why: 'none' | 'services' | 'needed' | 'circle';
  /** Monikers. */
  readonly of: readonly string[];
  /** A limit that would do. */
  readonly enough: number;
}

const named = (monikers: readonly string[]): string =>
  monikers.length <= 3 ? monikers.join(', ') : `${monikers.slice(0, 3).join(', ')} and ${monikers.length - 3} more`;

export function faultText({ why, of }: NeverStarts): string {
  switch (why) {
    case 'none':
      return `has ${named(of)}`;
    case 'services':
      return `${of.length} of its programs go on until the run is over: ${named(of)}`;
    case 'needed':
      return `its tasks need ${of.length} services of it beside them, which go on: ${named(of)}`;
    case 'circle':
      return `so each of these would wait for another: ${named(of)}`;
  }
}

/** O(limited profiles × (components + edges)). */
export function agentOrder(plan: BudgetPlan): AgentOrder {
  const profiles = new Map<string, Agents>();
  const faults: NeverStarts[] = [];
  if (!hasProfiles(plan)) return { profiles, faults };
  const inserted = new Set(plan.policies.flatMap(({ interposers }) => interposers));
  const users = usersOf(plan);
  const needs = needsOf(plan);
  for (const [profile, { budget }] of Object.entries(plan.runtime?.profiles ?? {})) {
    const limit = budget?.agentConcurrency;
    const agents = (users.get(profile) ?? []).filter((moniker) => !inserted.has(moniker));
    if (limit === undefined || agents.length === 0) continue;
    const isTask = (moniker: string): boolean => own(plan.runtime?.components ?? {}, moniker)?.restart === 'never';
    const tasks = agents.filter(isTask);
    const services = agents.filter((moniker) => !isTask(moniker));
    const above = ancestorsOf(needs, tasks);
    const needed = services.filter((moniker) => above.has(moniker));
    const fault = (why: NeverStarts['why'], of: readonly string[], enough: number): void =>
      void faults.push({ profile, limit, why, of, enough });
    const enough = Math.max(services.length, tasks.length === 0 ? 0 : needed.length + 1);
    if (limit === 0) fault('none', agents, enough);
    else if (services.length > limit) fault('services', services, enough);
    else if (tasks.length > 0 && needed.length + 1 > limit) fault('needed', needed, enough);
    const others = services.filter((moniker) => !above.has(moniker));
    const spare = Math.max(0, limit - 1 - needed.length);
    profiles.set(profile, { limit, tasks, services, late: tasks.length === 0 ? [] : others.slice(spare) });
  }
  return { profiles, faults: faults.length > 0 ? faults : circlesIn(plan, needs, profiles) };
}

type Needs = ReadonlyMap<string, readonly string[]>;

/** What each waits for before it starts: providers that it cannot do without, and what tasks have done in workspaces. */
function needsOf(plan: BudgetPlan): Needs {
  const after = new Map<string, Set<string>>(plan.components.map(({ moniker }) => [moniker, new Set<string>()]));
  for (const { from, to, weak } of plan.edges)
    if (from.kind === 'component' && from.component !== to.component && !weak)
      after.get(to.component)?.add(from.component);
  const copies = copiesOf(plan);
  return new Map(
    [...after].map(([moniker, providers]) => {
      const taken = finalizedBefore(copies, { moniker, after: [...providers] });
      return [moniker, [...new Set([...providers, ...taken.flatMap(({ tasks }) => tasks)])]];
    }),
  );
}

function ancestorsOf(needs: Needs, of: readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [...of];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const one of needs.get(next) ?? []) {
      if (!seen.has(one)) open.push(one);
      seen.add(one);
    }
  }
  return seen;
}

/** Those who wait for tasks because of their profile may be needed by these over others, whose profile is limited as well. */
function circlesIn({ components }: BudgetPlan, needs: Needs, profiles: AgentOrder['profiles']): readonly NeverStarts[] {
  const numbers = new Map(components.map(({ moniker }, index) => [moniker, index]));
  const edges: { from: number; to: number; profile?: string }[] = [];
  const add = (from: string, to: string, profile?: string): void => {
    const [a, b] = [numbers.get(from), numbers.get(to)];
    if (a !== undefined && b !== undefined)
      edges.push({ from: a, to: b, ...(profile === undefined ? {} : { profile }) });
  };
  for (const [moniker, providers] of needs) for (const provider of providers) add(provider, moniker);
  for (const [profile, { tasks, late }] of profiles)
    for (const service of late) for (const task of tasks) add(task, service, profile);
  return strongCycles(components.length, edges).flatMap((circle): readonly NeverStarts[] => {
    const walked = circle.map((index) => edges[index] as (typeof edges)[number]);
    const profile = walked.find((edge) => edge.profile !== undefined)?.profile;
    const limit = profile === undefined ? undefined : profiles.get(profile)?.limit;
    if (profile === undefined || limit === undefined) return [];
    const agents = profiles.get(profile) as Agents;
    const enough = agents.services.length + 1;
    const of = walked.map(({ from }) => components[from]?.moniker ?? '');
    return [{ profile, limit, why: 'circle', of, enough }];
  });
}
