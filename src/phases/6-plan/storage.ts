import { compareText, sortedBy } from '../../base/order.ts';
import type { Governed } from '../../ir/governed.ts';
import type { Component } from '../../ir/graph.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';

/** Storage resources and who mounts each. */
export function planStorage(governed: Governed): DeploymentPlan['storage'] {
  const users = new Map<string, Set<string>>();
  const idOf = (component: Component | undefined, name: string): string =>
    `${component?.moniker ?? ''}.resources.${name}`;
  for (const edge of governed.graph.edges) {
    if (edge.from.kind !== 'resource') continue;
    const id = idOf(governed.graph.components[edge.from.component], edge.from.resource);
    users.set(id, (users.get(id) ?? new Set()).add(edge.id));
  }
  const made = governed.graph.components.flatMap((component) =>
    Object.entries(component.resources).map(([name, resource]) => ({
      id: idOf(component, name),
      params: { ...resource.params },
      edges: [...(users.get(idOf(component, name)) ?? [])].sort(compareText),
      mountedByOwner: mounts(component).some((m) => m['kind'] === 'resource' && m['resource'] === name),
    })),
  );
  return sortedBy(made, (s) => s.id);
}

function mounts(component: Component): readonly { readonly [key: string]: unknown }[] {
  const program = component.program;
  if (!program) return [];
  return ('vm' in program ? program.vm.mounts : program.mounts) ?? [];
}
