import { compareText, sortedBy } from '../../base/order.ts';
import type { Governed } from '../../ir/governed.ts';
import type { Component } from '../../ir/graph.ts';
import { monikerOf } from '../../ir/graph-index.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';

/** Storage resources and who mounts each. */
export function planStorage(governed: Governed): DeploymentPlan['storage'] {
  const users = new Map<string, Set<string>>();
  const { components } = governed.graph;
  for (const edge of governed.graph.edges) {
    if (edge.from.kind !== 'resource') continue;
    const id = storageId(monikerOf(components, edge.from.component), edge.from.resource);
    users.set(id, (users.get(id) ?? new Set()).add(edge.id));
  }
  const made = components.flatMap((component) =>
    Object.entries(component.resources).map(([name, resource]) => ({
      id: storageId(component.moniker, name),
      params: { ...resource.params },
      edges: [...(users.get(storageId(component.moniker, name)) ?? [])].sort(compareText),
      mountedByOwner: mounts(component).some((m) => m['kind'] === 'resource' && m['resource'] === name),
    })),
  );
  return sortedBy(made, (s) => s.id);
}

const storageId = (moniker: string, resource: string): string => `${moniker}.resources.${resource}`;

function mounts(component: Component): readonly { readonly [key: string]: unknown }[] {
  const program = component.program;
  if (!program) return [];
  return ('vm' in program ? program.vm.mounts : program.mounts) ?? [];
}
