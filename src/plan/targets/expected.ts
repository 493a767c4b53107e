/** What a plan says of who reaches whom, in the words of `reachIn`. Read from the plan itself: what lays a plan out may be wrong about it. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
import { oneLine } from '../../base/one-line.ts';
import type { DeploymentPlan, PlanComponent, PlanSource } from '../../ir/plan-schema.ts';

export interface ExpectedEdge {
  readonly key: string;
  /** As the description of a listener has it. */
  readonly shown: string;
  /** Of the component that it leads from; null for an export. */
  readonly consumer: string | null;
  readonly slot: string;
  readonly protocol: string;
  /** `/b:8080`, or the root slot. */
  readonly to: { readonly text: string } | { readonly external: string };
}

/** Of the description of a listener. */
export const keyText = (key: string): string => oneLine(key, 500);

/** Whichever target asks. */
export const expectedEdges = memoized(edgesOf);

function edgesOf(plan: DeploymentPlan): readonly ExpectedEdge[] {
  const components = new Map(plan.components.map((one) => [one.moniker, one]));
  const required = new Set(plan.externals.filter((one) => one.required).map(({ slot }) => slot));
  const counts = new Map<string, number>();
  const edges = plan.edges.flatMap(({ from, to, protocol }): readonly ExpectedEdge[] => {
    const place = `${to.component}.${to.slot}`;
    const index = counts.get(place) ?? 0;
    counts.set(place, index + 1);
    if (!components.get(to.component)?.program) return [];
    const end = endOf(from, components, required);
    const key = `${place}#${index}`;
    return end
      ? [{ key, shown: keyText(key), consumer: to.component, slot: to.slot, protocol: protocol ?? 'http', to: end }]
      : [];
  });
  const exports = plan.exports.flatMap(({ name, from }): readonly ExpectedEdge[] => {
    const end = endOf({ kind: 'component', ...from }, components, required);
    const key = `exports.${name}`;
    return end ? [{ key, shown: keyText(key), consumer: null, slot: name, protocol: '', to: end }] : [];
  });
  return [...edges, ...exports];
}

function endOf(
  from: PlanSource,
  components: ReadonlyMap<string, PlanComponent>,
  required: ReadonlySet<string>,
): ExpectedEdge['to'] | undefined {
  if (from.kind === 'external') return required.has(from.slot) ? { external: from.slot } : undefined;
  if (from.kind !== 'component') return undefined;
  const component = components.get(from.component);
  const endpoint = component && own(component.provides, from.provide)?.endpoint;
  const network = isObject(component?.program as JsonValue)
    ? own(component?.program as JsonObject, 'network')
    : undefined;
  const endpoints = isObject(network) ? (network['endpoints'] as readonly JsonObject[]) : [];
  const port = endpoints.find((one) => one['name'] === endpoint)?.['port'];
  return port === undefined ? undefined : { text: `${from.component}:${String(port)}` };
}

/** `host:port` by component. What leads to this machine means another one under Compose, and is left out. */
export function expectedEgress(plan: DeploymentPlan): readonly (readonly [string, readonly string[]])[] {
  const { components = {}, profiles = {}, sandboxes = {} } = plan.runtime ?? {};
  return plan.components.flatMap(({ moniker, program }) => {
    if (!program) return [];
    const settings = own(components, moniker);
    const profile = own(profiles, settings?.profile ?? 'default');
    const ref = profile?.sandbox.mode === 'ref' ? profile.sandbox.ref : undefined;
    const wider = ref === undefined ? [] : (own(sandboxes, ref)?.egress ?? []);
    const grants = [...new Set([...(settings?.egress ?? []), ...wider])].map((one) => one.toLowerCase());
    const away = grants.filter((one) => !/^(?:localhost|127\.[\d.]+|0\.0\.0\.0|\[::1?\]):/.test(one));
    return away.length === 0 ? [] : [[moniker, [...new Set(away)]] as const];
  });
}

/** Storage that a component mounts: `/a.resources.db` at a path. */
export function expectedMounts(
  plan: DeploymentPlan,
): readonly { readonly moniker: string; readonly target: string; readonly id: string }[] {
  let ends: ReadonlyMap<string, PlanSource> | undefined;
  const endBehind = (slot: string): PlanSource | undefined => {
    // The first one counts.
    ends ??= new Map([...plan.edges].reverse().map(({ to, from }) => [`${to.component}.${to.slot}`, from]));
    return ends.get(slot);
  };
  return plan.components.flatMap(({ moniker, program }) => {
    const mounts = isObject(program as JsonValue)
      ? ((program as JsonObject)['mounts'] as readonly JsonObject[] | undefined)
      : undefined;
    return (mounts ?? []).flatMap((mount) => {
      const target = String(mount['path']);
      if (mount['kind'] === 'resource')
        return [{ moniker, target, id: `${moniker}.resources.${String(mount['resource'])}` }];
      const from = mount['kind'] === 'slot' ? endBehind(`${moniker}.${String(mount['slot'])}`) : undefined;
      return from?.kind === 'resource' ? [{ moniker, target, id: `${from.component}.resources.${from.resource}` }] : [];
    });
  });
}
