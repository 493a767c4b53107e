/** A wired plan → who stands where, and which way leads to whom: what every file says alike. Pure. */
import { sortedBy } from '../../../../base/order.ts';
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import { isSlotEdge, type SlotEdge, type WiredEdge } from '../../../../plan/wiring/edges.ts';
import { variableOf } from '../../../../plan/wiring/variable-name.ts';
import type { Wiring } from '../../../../plan/wiring/wire.ts';
import { type Egress, egressOf } from '../containers/egress.ts';
import { isNear } from '../containers/grants.ts';
import { egressNetwork, internetNetwork, outsideNetwork, serviceName } from './names.ts';
import { placeNetworks, type Subnet } from './subnets.ts';

/** The first port that is given to a slot, an export, or a way out. */
const firstPort = 20_000;

export type Target =
  | { readonly kind: 'component'; readonly service: string; readonly port: number }
  /** A root slot: the variable names host and port. */
  | { readonly kind: 'external'; readonly variable: string }
  | { readonly kind: 'egress'; readonly port: number };

/** One listener of the gate. */
export interface Way {
  /** Of the edge, `/a.slot#0` or `exports.name`; `/a egress` of a way out. */
  readonly key: string;
  /** Of the logical edge in the plan. */
  readonly edge: string | null;
  /** Network in which the gate listens. */
  readonly network: string;
  readonly port: number;
  readonly target: Target;
}

export interface Export {
  readonly name: string;
  readonly port: number;
  readonly variable: string;
}

export interface Layout {
  readonly plan: DeploymentPlan;
  readonly components: readonly WiredComponent[];
  /** By moniker; the network of a component has the same name. */
  readonly services: ReadonlyMap<string, string>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  /** Sorted by network and port. */
  readonly ways: readonly Way[];
  readonly exports: readonly Export[];
  /** Root slots that something outside stands behind. */
  readonly externals: readonly { readonly slot: string; readonly variable: string }[];
  /** By moniker: what it may reach outside, and the port of the proxy that asks. */
  readonly egress: Egress;
  /** Of the gate in the network of a component, by key of the edge. */
  readonly portOf: ReadonlyMap<string, number>;
  /** Networks in which it listens. */
  readonly gated: ReadonlySet<string>;
  /** Networks that the gate is in. */
  readonly gateNetworks: readonly string[];
}

/** Undefined where there are more networks than fit. */
export function layOut(plan: DeploymentPlan, wiring: Wiring): Layout | undefined {
  const services = new Map(wiring.components.map(({ moniker }) => [moniker, serviceName(moniker)]));
  const egress = egressOf(plan, wiring.components, firstPort, (grant) => !isNear(grant));
  const ways: Way[] = [];
  const serviceOf = (moniker: string): string => services.get(moniker) as string;
  for (const { moniker, slots } of wiring.components) {
    let port = firstPort;
    const network = serviceOf(moniker);
    for (const edge of slots)
      ways.push({ key: edge.key, edge: edge.id, network, port: port++, target: targetOf(edge, serviceOf) });
    const out = egress.get(moniker);
    if (out)
      ways.push({
        key: `${moniker} egress`,
        edge: null,
        network,
        port: port++,
        target: { kind: 'egress', port: out.port },
      });
  }
  const exported = wiring.edges.filter((edge) => !isSlotEdge(edge));
  const exports = exported.map((edge, index) => exportOf(edge, firstPort + index));
  for (const [index, edge] of exported.entries())
    ways.push({
      key: edge.key,
      edge: null,
      network: outsideNetwork,
      port: firstPort + index,
      target: targetOf(edge, serviceOf),
    });
  const externals = [...new Set(wiring.edges.flatMap(({ from }) => (from.kind === 'external' ? [from.slot] : [])))];
  const own = [
    ...(exports.length + externals.length > 0 ? [outsideNetwork] : []),
    ...(egress.size > 0 ? [egressNetwork, internetNetwork] : []),
  ];
  const subnets = placeNetworks([...services.values(), ...own]);
  if (!subnets) return undefined;
  const used = new Set([
    ...ways.flatMap(({ network, target }) => [network, ...(target.kind === 'component' ? [target.service] : [])]),
    ...own.filter((name) => name !== internetNetwork),
  ]);
  return {
    plan,
    components: wiring.components,
    services,
    subnets,
    ways: sortedBy(ways, ({ network, port }) => `${network}\0${port}`),
    exports,
    externals: externals.sort().map((slot) => ({ slot, variable: variableOf('HEADGATE_SLOT_', slot) })),
    egress,
    portOf: new Map(ways.map(({ key, port }) => [key, port])),
    gated: new Set(ways.map(({ network }) => network)),
    gateNetworks: [...used].sort(),
  };
}

const exportOf = ({ to }: WiredEdge, port: number): Export => {
  const name = to.kind === 'export' ? to.name : '';
  return { name, port, variable: variableOf('HEADGATE_EXPORT_', name) };
};

function targetOf({ from }: WiredEdge, serviceOf: (moniker: string) => string): Target {
  return from.kind === 'component'
    ? { kind: 'component', service: serviceOf(from.moniker), port: from.port }
    : { kind: 'external', variable: variableOf('HEADGATE_SLOT_', from.slot) };
}

/** `host:port` of the gate as the program of `consumer` reaches it. */
export function gateAt(layout: Layout, consumer: string, port: number): string {
  const subnet = layout.subnets.get(layout.services.get(consumer) ?? '');
  return `${subnet?.gate ?? ''}:${port}`;
}

export const slotPort = ({ portOf }: Layout, { key }: SlotEdge): number => portOf.get(key) as number;
