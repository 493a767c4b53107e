/** Programs of a plan, and what is read of them whatever their kind is. */
import type { LoweredEndpoint, LoweredMount, LoweredProgram } from '../../ir/graph.ts';
import type { PlanComponent } from '../../ir/plan-schema.ts';

export const programOf = (component: PlanComponent): LoweredProgram | null =>
  component.program as LoweredProgram | null;

export function endpointsOf(component: PlanComponent): readonly LoweredEndpoint[] {
  const program = programOf(component);
  if (!program) return [];
  const network = 'vm' in program ? program.vm.network : program.network;
  return network?.endpoints ?? [];
}

export function mountsOf(component: PlanComponent): readonly LoweredMount[] {
  const program = programOf(component);
  if (!program) return [];
  return ('vm' in program ? program.vm.mounts : program.mounts) ?? [];
}
