import { strongCycles } from '../../../base/cycles.ts';
import { at, type Location } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Instance } from '../instance.ts';
import type { RawEdge } from './collect-edges.ts';

/**
 * Strong provide → slot edges between different components must not form a circle: nobody in it could start first. One
 * circle is shown for each knot of components. O(components + edges).
 */
export function checkDependencyCycles(instances: readonly Instance[], edges: readonly RawEdge[], sink: Sink): void {
  const strong = edges.filter((e) => !e.weak && e.source.kind === 'provide' && e.source.instance !== e.slot.instance);
  if (strong.length < 2) return;
  const cycles = strongCycles(
    instances.length,
    strong.map((e) => ({ from: e.source.instance.id, to: e.slot.instance.id })),
  );
  for (const cycle of cycles) {
    const hops = cycle.map((index) => strong[index] as RawEdge);
    const first = hops[0];
    if (!first) continue;
    const path = [first.source.instance, ...hops.map((e) => e.slot.instance)].map((i) => i.moniker).join(' -> ');
    const related = hops.slice(1).flatMap((e) => {
      const place = placeOf(e);
      return place
        ? [{ message: `\`${e.slot.instance.moniker}\` waits for \`${e.source.instance.moniker}\` here`, at: place }]
        : [];
    });
    sink.report(D.dependencyCycle({ path }, { at: placeOf(first), label: 'part of the circle', related }));
  }
}

const placeOf = (edge: RawEdge): Location | undefined =>
  edge.bound ? at(edge.bound.realm.manifest.file, edge.bound.decl.range) : undefined;
