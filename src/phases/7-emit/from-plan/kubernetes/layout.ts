/** A wired plan → who runs under which name, and which Service leads to whom: what every file says alike. Pure. */
import type { DeploymentPlan, PlanComponent } from '../../../../ir/plan-schema.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';
import type { WiredEdge } from '../../../../plan/wiring/edges.ts';
import { variableOf } from '../../../../plan/wiring/variable-name.ts';
import type { Wiring } from '../../../../plan/wiring/wire.ts';
import { type Egress, egressOf } from '../containers/egress.ts';
import { type Grant, grantOf, isNear } from '../containers/grants.ts';
import { componentName, edgeName, exportName, outsideName } from './names.ts';

/** The first port of what is no component. */
const firstPort = 20_000;

/** An edge that leads from one pod to another, with a Service of its own. */
export interface Way {
  /** Of the Service; the two policies are called after it. */
  readonly name: string;
  /** `/a.slot#0`, `exports.name`. */
  readonly key: string;
  /** Of the logical edge in the plan. */
  readonly edge: string | null;
  /** Name and moniker of the component; null for an export. */
  readonly consumer: { readonly name: string; readonly moniker: string } | null;
  /** Name of the pods that it leads to. */
  readonly provider: string;
  readonly port: number;
  /** The root slot behind it. */
  readonly external: { readonly slot: string; readonly variable: string } | null;
  /** The policy that spliced it. */
  readonly policy: string | null;
}

export interface Layout {
  readonly plan: DeploymentPlan;
  readonly components: readonly WiredComponent[];
  readonly planned: ReadonlyMap<string, PlanComponent>;
  readonly names: ReadonlyMap<string, string>;
  readonly ways: readonly Way[];
  /** By the key of its edge: `host:port` as a program finds it. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Granted names, by moniker: the way out asks for them. */
  readonly egress: Egress;
  /** Granted addresses, by moniker: they are reached directly. */
  readonly direct: ReadonlyMap<string, readonly string[]>;
}

export function layOut(plan: DeploymentPlan, { components, edges }: Wiring): Layout {
  const names = new Map(components.map(({ moniker }) => [moniker, componentName(moniker)]));
  const policies = policiesOf(plan);
  const ways: Way[] = [];
  const addresses = new Map<string, string>();
  let outside = firstPort;
  for (const edge of edges) {
    const own = selfPort(edge);
    if (own !== undefined) {
      addresses.set(edge.key, `127.0.0.1:${own}`);
      continue;
    }
    const way = wayOf(edge, names, policies, () => outside++);
    ways.push(way);
    addresses.set(edge.key, `${way.name}:${way.port}`);
  }
  const isAddress = (grant: string): boolean => (grantOf(grant) as Grant).host.kind === 'address';
  const direct = egressOf(plan, components, 0, (grant) => !isNear(grant) && isAddress(grant));
  return {
    plan,
    components,
    planned: new Map(plan.components.map((one) => [one.moniker, one])),
    names,
    ways,
    addresses,
    egress: egressOf(plan, components, firstPort, (grant) => !isNear(grant) && !isAddress(grant)),
    direct: new Map([...direct].map(([moniker, { grants }]) => [moniker, grants])),
  };
}

/** A pod always reaches itself. */
const selfPort = ({ from, to }: WiredEdge): number | undefined =>
  from.kind === 'component' && to.kind === 'slot' && from.moniker === to.moniker ? from.port : undefined;

function wayOf(
  { key, id, from, to }: WiredEdge,
  names: ReadonlyMap<string, string>,
  policies: ReadonlyMap<string, string>,
  nextPort: () => number,
): Way {
  const consumer = to.kind === 'slot' ? { name: names.get(to.moniker) as string, moniker: to.moniker } : null;
  const end =
    from.kind === 'component'
      ? { provider: names.get(from.moniker) as string, port: from.port, external: null }
      : {
          provider: outsideName,
          port: nextPort(),
          external: { slot: from.slot, variable: variableOf('HEADGATE_SLOT_', from.slot) },
        };
  const name = to.kind === 'slot' ? edgeName(to.moniker, to.slot, to.index) : exportName(to.name);
  return { name, key, edge: id, consumer, ...end, policy: policies.get(key) ?? null };
}

/** By key of the edge, where a policy made it. */
function policiesOf({ edges }: DeploymentPlan): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(
    edges.flatMap(({ to, origin }): readonly (readonly [string, string])[] => {
      const slot = `${to.component}.${to.slot}`;
      const index = counts.get(slot) ?? 0;
      counts.set(slot, index + 1);
      return origin.kind === 'policy' ? [[`${slot}#${index}`, origin.policy]] : [];
    }),
  );
}

/** Who looks names up: whoever has an edge that leads to another pod, or a way out by names. */
export const lookUps = ({ ways, egress }: Layout): ReadonlySet<string> =>
  new Set([...ways.flatMap(({ consumer }) => consumer?.moniker ?? []), ...egress.keys()]);
