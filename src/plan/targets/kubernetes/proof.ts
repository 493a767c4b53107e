/** Whether nothing goes around an interposer, in what the cluster lets through: proved as it is of the plan, in the words of a cluster. */
import { isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { linksOfPlan, obligationsOfPlan } from '../../prove/from-plan.ts';
import { type Grain, linksAt, obligationsAt } from '../../prove/grain.ts';
import { exportInlet, type Link, outlet } from '../../prove/obligation.ts';
import { prove, type Violation } from '../../prove/prove.ts';
import type { Reachable } from './reach.ts';

/** A rule knows who calls and which port is called, and of no slot. */
const grain: Grain = { consumers: 'component', providers: 'provide' };

export function proofFaults({ between }: Reachable, plan: DeploymentPlan): readonly string[] {
  // Storage and doors of the framework are no matter of a network.
  const carried = plan.edges.filter(({ from }) => from.kind === 'component');
  const part = { edges: carried, exports: plan.exports };
  const obligations = obligationsAt(obligationsOfPlan(part), grain);
  const promised = linksAt(linksOfPlan(part), grain);
  const provides = providesByPort(plan);
  const links: Link[] = [];
  for (const { from, to, port } of between) {
    if (from.role !== 'component' || to.role !== 'component') continue;
    for (const provide of provides.get(`${to.title}:${port}`) ?? [])
      links.push({ from: outlet(to.title, provide), to: from.title });
  }
  // What no rule is about: a pod and itself, and what comes in through a node.
  for (const { from, to } of carried)
    if (from.kind === 'component' && from.component === to.component)
      links.push({ from: outlet(from.component, from.provide), to: to.component });
  for (const { name, from } of plan.exports)
    links.push({ from: outlet(from.component, from.provide), to: exportInlet(name) });
  const found = prove(obligations, links).map(told);
  if (found.length === 0) return [];
  // What the plan itself lets through is its own business, and told elsewhere. Two provides of one port are one here.
  const known = new Set(prove(obligations, promised).map(told));
  const samePort = [...provides.values()].some((names) => names.length > 1);
  return found.filter((one) => !known.has(one) && !(samePort && one.startsWith('bypass')));
}

const told = (violation: Violation): string => {
  switch (violation.kind) {
    case 'broken':
      return `broken: edge ${violation.edge} needs ${violation.link.from} -> ${violation.link.to}`;
    case 'unexpected':
      return `unexpected: ${violation.link.from} -> ${violation.link.to}`;
    case 'undecided':
      return `undecided: ${violation.source} -> ${violation.target}`;
    default:
      return `${violation.kind}: ${violation.source} -> ${violation.target} without ${violation.missing.join(', ')}`;
  }
};

/** By `/a:8080`. */
function providesByPort({ components }: DeploymentPlan): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { moniker, program, provides } of components) {
    const network = isObject(program as JsonValue) ? (program as JsonObject)['network'] : undefined;
    const endpoints = isObject(network) ? ((network['endpoints'] ?? []) as readonly JsonObject[]) : [];
    const ports = new Map(endpoints.map((one) => [one['name'], one['port']]));
    for (const [name, { endpoint }] of Object.entries(provides)) {
      if (endpoint === null || !ports.has(endpoint)) continue;
      const key = `${moniker}:${String(ports.get(endpoint))}`;
      found.set(key, [...(found.get(key) ?? []), name]);
    }
  }
  return found;
}
