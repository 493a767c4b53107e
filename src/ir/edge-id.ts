import type { Component, ComponentId, Edge, EdgeSource } from './graph.ts';
import { monikerOf } from './graph-index.ts';

/** `/a.out` */
export const dottedId = (moniker: string, name: string): string => `${moniker}.${name}`;

/** `/a.out`, `/a.resources.db`, `/a.framework.docker`, `/.slots.llm`. */
export function sourceId(components: readonly Component[], from: EdgeSource): string {
  const moniker = monikerOf(components, from.kind === 'framework' ? from.authority : from.component);
  switch (from.kind) {
    case 'component':
      return dottedId(moniker, from.provide);
    case 'resource':
      return dottedId(moniker, `resources.${from.resource}`);
    case 'framework':
      return dottedId(moniker, `framework.${from.capability}`);
    case 'external':
      return dottedId(moniker, `slots.${from.slot}`);
  }
}

/** `/caller.agent`; for a slot that takes several, `/hub.peers[/a.out]`. A second connection of the same two ends gets `#2`. */
export function edgeId(
  components: readonly Component[],
  from: EdgeSource,
  to: { readonly component: ComponentId; readonly slot: string },
  multiple: boolean,
): string {
  const target = dottedId(monikerOf(components, to.component), to.slot);
  return multiple ? `${target}[${sourceId(components, from)}]` : target;
}

/** Ids are unique: `/hub.peers[/a.out]`, `/hub.peers[/a.out]#2`. */
export function numberRepeats(edges: readonly Edge[]): readonly Edge[] {
  const seen = new Map<string, number>();
  return edges.map((edge) => {
    const count = (seen.get(edge.id) ?? 0) + 1;
    seen.set(edge.id, count);
    return count === 1 ? edge : { ...edge, id: `${edge.id}#${count}` };
  });
}
