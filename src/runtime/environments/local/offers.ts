/** What a component provides, as probes ask for it: by its name, and whether or not anybody is bound to it. */
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { WiredComponent } from '../../../plan/wiring/component.ts';
import { endpointsOf } from '../../../plan/wiring/endpoints.ts';
import type { LocalComponent } from './component.ts';

export function offersOf(
  { moniker, provides }: Pick<WiredComponent, 'moniker' | 'provides'>,
  plan: DeploymentPlan,
): Pick<LocalComponent, 'offers' | 'probedPorts'> {
  const component = plan.components.find((one) => one.moniker === moniker);
  if (!component) return { offers: {}, probedPorts: [] };
  const ports = new Map(endpointsOf(component).map(({ name, port }) => [name, port]));
  const offers = Object.fromEntries(
    Object.entries(component.provides).flatMap(([name, { endpoint }]) => {
      const port = ports.get(endpoint ?? '');
      return port === undefined ? [] : [[name, port] as const];
    }),
  );
  const bound = new Set(provides.map(({ port }) => port));
  const asked = new Set(Object.values(plan.runtime?.probes ?? {}).flatMap((probe) => askedBy(probe, moniker, offers)));
  return { offers, probedPorts: [...asked].filter((port) => !bound.has(port)) };
}

type Probe = NonNullable<NonNullable<DeploymentPlan['runtime']>['probes']>[string];

function askedBy(probe: Probe, moniker: string, offers: LocalComponent['offers']): readonly number[] {
  // What runs in its place finds all that it provides.
  if ('component' in probe) return probe.component === moniker ? Object.values(offers) : [];
  if (probe.kind !== 'api_smoke' || !('provide' in probe.target)) return [];
  const { provide } = probe.target;
  return Object.entries(offers).flatMap(([name, port]) => (provide === `${moniker}.${name}` ? [port] : []));
}
