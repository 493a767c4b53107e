import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import { type Bound, type Instance, type Route, type SlotNode, terminal } from '../instance.ts';

/** All connections of all slots together. Fan-in multiplies along a chain of relays, so it is bounded. */
const maxRoutes = 1_000_000;

/**
 * Follows every slot through the bindings into it, and through relay slots, to its true sources, in the order of the bindings,
 * depth first. A route is weak if any hop is. Iterative depth-first walk over slots. O(sum of routes over slots). False when the
 * routes are too many to go on.
 */
export function resolveSlots(instances: readonly Instance[], sink: Sink): boolean {
  const walk: Walk = { sink, routes: 0 };
  for (const instance of instances) {
    for (const slot of instance.slots.values()) {
      if (instance.parent === null)
        slot.sources = [{ source: terminal(instance, 'external', slot.decl.name), weak: false }];
      else {
        // Sources first: a circle is then shown at the binding that was written first.
        for (const bound of slot.bound)
          if (bound.source.kind === 'slot' && bound.source.instance.parent !== null) resolve(bound.source, walk);
        resolve(slot, walk);
      }
    }
  }
  return walk.routes <= maxRoutes;
}

interface Walk {
  readonly sink: Sink;
  routes: number;
}

interface Frame {
  readonly slot: SlotNode;
  /** Found so far, where there are several bindings. */
  readonly routes: Route[];
  next: number;
}

function resolve(start: SlotNode, walk: Walk): void {
  if (start.walked !== 'no') return;
  const stack: Frame[] = [{ slot: start, routes: [], next: 0 }];
  start.walked = 'open';
  while (stack.length > 0) {
    const frame = stack[stack.length - 1] as Frame;
    const bound = frame.slot.bound[frame.next];
    if (!bound) {
      frame.slot.walked = 'done';
      if (frame.routes.length > 0) frame.slot.sources = frame.routes;
      stack.pop();
      continue;
    }
    const source = bound.source;
    if (source.kind === 'slot' && source.instance.parent !== null) {
      if (source.walked === 'no') {
        source.walked = 'open';
        stack.push({ slot: source, routes: [], next: 0 });
        continue;
      }
      if (source.walked === 'open') {
        reportCycle(stack, source, walk.sink);
        frame.next++;
        continue;
      }
    }
    frame.next++;
    addRoutes(frame, bound, walk);
  }
}

function addRoutes({ slot, routes }: Frame, bound: Bound, walk: Walk): void {
  if (walk.routes > maxRoutes) return;
  const found = routesOf(bound);
  walk.routes += found.length;
  if (walk.routes <= maxRoutes) {
    // What a single binding connects is shared: a chain of relays has one list.
    if (slot.bound.length === 1) slot.sources = found;
    else for (const route of found) routes.push(route);
    return;
  }
  const place = { at: at(bound.realm.manifest.file, bound.decl.range), label: 'while this binding was followed' };
  walk.sink.report(D.tooManyRoutes({ limit: maxRoutes }, place));
}

/** What one binding connects: its source itself, or everything behind a slot. Root slots are external. */
export function routesOf({ source, decl }: Bound): readonly Route[] {
  if (source.kind !== 'slot') return [{ source, weak: decl.weak }];
  if (source.instance.parent === null)
    return [{ source: terminal(source.instance, 'external', source.decl.name), weak: decl.weak }];
  return decl.weak ? source.sources.map((route) => ({ source: route.source, weak: true })) : source.sources;
}

/** A circle with an optional slot on it resolves to nothing and is no error. */
function reportCycle(stack: readonly Frame[], back: SlotNode, sink: Sink): void {
  const circle = stack.slice(stack.findIndex((f) => f.slot === back)).map((f) => f.slot);
  if (circle.some((slot) => slot.decl.optional)) return;
  const name = (slot: SlotNode): string => `${slot.instance.moniker}.${slot.decl.name}`;
  const last = stack[stack.length - 1] as Frame;
  const bound = last.slot.bound[last.next];
  if (!bound) return;
  sink.report(
    D.slotCycle(
      { path: [...circle, back].map(name).join(' -> ') },
      {
        at: at(bound.realm.manifest.file, bound.decl.range),
        label: 'closes the circle',
        related: circle.map((slot) => ({
          message: `slot \`${slot.decl.name}\` is part of the circle`,
          at: at(slot.instance.manifest.file, slot.decl.nameRange),
        })),
      },
    ),
  );
}
