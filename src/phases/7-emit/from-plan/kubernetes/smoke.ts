/** A probe of the settings that only asks for a page is what a pod is asked for too, before anybody is led to it. */
import { own } from '../../../../base/json.ts';
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import { endpointsOf } from '../../../../plan/wiring/endpoints.ts';

export interface Page {
  readonly path: string;
  readonly port: number;
}

type Probe = NonNullable<NonNullable<DeploymentPlan['runtime']>['probes']>[string];
type Smoke = Extract<Probe, { readonly kind: 'api_smoke' }>;

/** By moniker; of several probes the first by name counts. A page with what a pod cannot be asked for is left out. */
export function pagesOf(plan: DeploymentPlan): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>();
  const components = new Map(plan.components.map((one) => [one.moniker, one]));
  const exported = new Map(plan.exports.map(({ name, from }) => [name, from]));
  for (const [, probe] of Object.entries(plan.runtime?.probes ?? {}).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (probe.kind !== 'api_smoke') continue;
    const path = pathOf(probe);
    const provide = provideOf(probe.target, exported);
    const component = components.get(provide?.component ?? '');
    const endpoint = component && own(component.provides, provide?.provide ?? '')?.endpoint;
    const found = component && endpointsOf(component).find(({ name }) => name === endpoint);
    if (path !== undefined && found?.protocol === 'http' && component && !pages.has(component.moniker))
      pages.set(component.moniker, { path, port: found.port });
  }
  return pages;
}

/** A pod is asked with GET and no header of ours, and every status from 200 to 399 will do. */
function pathOf({ requests }: Smoke): string | undefined {
  const [first] = requests;
  if (first?.method !== 'GET' || first.headers || first.body !== undefined) return undefined;
  const { status } = first.expect;
  return status === undefined || (typeof status === 'number' && status >= 200 && status < 400) ? first.path : undefined;
}

function provideOf(
  target: Smoke['target'],
  exported: ReadonlyMap<string, DeploymentPlan['exports'][number]['from']>,
): { readonly component: string; readonly provide: string } | undefined {
  if ('export' in target) return exported.get(target.export);
  if (!('provide' in target)) return undefined;
  const dot = target.provide.lastIndexOf('.');
  return { component: target.provide.slice(0, dot), provide: target.provide.slice(dot + 1) };
}
