import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { BindingDecl } from '../../../ir/manifest.ts';
import { type Bound, describe } from '../instance.ts';
import type { RawEdge } from './collect-edges.ts';
import { routesOf } from './resolve-slots.ts';

/**
 * A component may get its own provide, and never waits for itself. But it does wait for whatever a policy puts on that edge, and
 * that for it, so a strong edge is worth a warning. O(self edges · length of their routes).
 */
export function checkSelfBindings(edges: readonly RawEdge[], sink: Sink): void {
  const told = new Set<BindingDecl>();
  for (const edge of edges) {
    const { source, slot, weak, bound } = edge;
    if (weak || source.kind !== 'provide' || source.instance !== slot.instance || !bound) continue;
    const { realm, decl } = turningPoint(edge, bound);
    if (told.has(decl)) continue;
    told.add(decl);
    const args = { component: describe(slot.instance), slot: slot.decl.name, provide: source.name };
    sink.report(D.selfBinding(args, { at: at(realm.manifest.file, decl.range), label: 'leads back to the component' }));
  }
}

/** The binding that takes from the component, behind those that only pass the edge on into it. */
function turningPoint({ source }: RawEdge, bound: Bound): Bound {
  const seen = new Set<Bound>();
  let here = bound;
  while (here.source.kind === 'slot' && !seen.has(here)) {
    seen.add(here);
    const next = here.source.bound.find((above) => routesOf(above).some((route) => route.source === source));
    if (!next) break;
    here = next;
  }
  return here;
}
