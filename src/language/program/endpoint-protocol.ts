import { own } from '../../base/json.ts';
import type { Component, Edge, Protocol, ScenarioExport } from '../../ir/graph.ts';

/** The protocol of the endpoint behind a provide; undefined where no endpoint serves it. */
export function protocolOf(component: Component | undefined, provide: string): Protocol | undefined {
  const endpoint = component && own(component.provides, provide)?.endpoint;
  const program = component?.program;
  if (!program) return undefined;
  const network = 'vm' in program ? program.vm.network : program.network;
  return network?.endpoints.find((e) => e.name === endpoint)?.protocol;
}

/** The protocol behind an edge or an export; undefined where no program of the scenario serves it. */
export function protocolBehind(
  components: readonly Component[],
  from: Edge['from'] | ScenarioExport['from'],
): Protocol | undefined {
  if ('kind' in from && from.kind !== 'component') return undefined;
  return protocolOf(components[from.component], from.provide);
}
