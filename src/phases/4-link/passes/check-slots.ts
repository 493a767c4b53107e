import { at, type Location } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Fix } from '../../../diagnostics/fix.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { BindingDecl } from '../../../ir/manifest.ts';
import { type Bound, describe, hasProgram, type Instance, type SlotNode } from '../instance.ts';
import { declaredHere } from './resolve-exports.ts';
import { routesOf } from './resolve-slots.ts';

/**
 * External routes must be weak on the hop that leaves the root; required slots must lead somewhere. A strong external route
 * does not count as leading somewhere, so the slots behind it are reported too. Storage that is mounted cannot come from outside
 * at all, which is reported at its mount: then `weak` would mend nothing. What only follows from a binding whose fault is reported,
 * `spoilt` and the slots that are fed from there, is a hint. O(slots + bindings).
 */
export function checkSlots(instances: readonly Instance[], spoilt: ReadonlySet<SlotNode>, sink: Sink): void {
  const bindings = new Map<Instance, ReadonlyMap<string, BindingDecl>>();
  const mounted = slotsOfMounts(instances);
  const follows = new Set<SlotNode>();
  for (const instance of instances) {
    for (const slot of instance.slots.values()) {
      if (instance.parent === null) {
        checkRootSlot(slot, sink);
        continue;
      }
      if (mounted.has(slot) && slot.sources.some(({ source }) => source.kind === 'external')) continue;
      reportStrongExternals(slot, sink);
      if (slot.decl.optional || hasUsableSource(slot) || isMounted(slot)) continue;
      const fedFrom = slot.bound.map(({ source }) => source);
      const chained = fedFrom.length > 0 && fedFrom.every((source) => source.kind === 'slot' && follows.has(source));
      if (sink.hasErrors && (spoilt.has(slot) || chained)) {
        follows.add(slot);
        reportLeftUnbound(slot, sink);
      } else reportUnbound(slot, sink, bindingInto(slot, instance.parent, bindings));
    }
  }
}

function reportLeftUnbound({ instance, decl }: SlotNode, sink: Sink): void {
  const place = { at: at(instance.manifest.file, decl.nameRange), label: 'has nothing until then' };
  sink.report(D.slotLeftUnbound({ component: describe(instance), slot: decl.name }, place));
}

const hasUsableSource = (slot: SlotNode): boolean =>
  slot.sources.some(({ source, weak }) => source.kind !== 'external' || weak);

/** A mounted storage slot without a source is reported at its mount. */
const isMounted = (slot: SlotNode): boolean =>
  slot.decl.kind === 'storage' &&
  (slot.instance.manifest.program?.mounts.some((mount) => mount.from.source === `slots.${slot.decl.name}`) ?? false);

/** Mounted storage slots, and the slots that they are fed through. */
function slotsOfMounts(instances: readonly Instance[]): ReadonlySet<SlotNode> {
  const open: SlotNode[] = [];
  for (const { slots } of instances) for (const slot of slots.values()) if (isMounted(slot)) open.push(slot);
  const found = new Set(open);
  for (let slot = open.pop(); slot; slot = open.pop()) {
    for (const { source } of slot.bound) {
      if (source.kind !== 'slot' || found.has(source)) continue;
      found.add(source);
      open.push(source);
    }
  }
  return found;
}

/** With a program every root slot is an input from outside; without one, only what is forwarded is. */
function checkRootSlot(slot: SlotNode, sink: Sink): void {
  const root = slot.instance;
  if (hasProgram(root) || slot.decl.optional || root.index.forwarded.has(slot.decl.name)) return;
  reportUnbound(slot, sink);
}

const keyOf = (child: string, slot: string): string => `${child}.${slot}`;

/** Of the parent's manifest; it may have been refused, or lead to nothing. */
function bindingInto(
  { instance, decl }: SlotNode,
  parent: Instance,
  known: Map<Instance, ReadonlyMap<string, BindingDecl>>,
): Location | undefined {
  let bindings = known.get(parent);
  if (!bindings) {
    bindings = new Map(parent.manifest.bindings.map((each) => [keyOf(each.target.child, each.target.slot), each]));
    known.set(parent, bindings);
  }
  const found = bindings.get(keyOf(instance.node.name, decl.name));
  return found && at(parent.manifest.file, found.range);
}

function reportUnbound(slot: SlotNode, sink: Sink, binding?: Location): void {
  const place = {
    at: at(slot.instance.manifest.file, slot.decl.nameRange),
    label: 'required slot',
    related: [
      ...(binding ? [{ message: 'its binding, which comes to nothing', at: binding }] : []),
      ...declaredHere(slot.instance),
    ],
    ...(binding ? { help: 'fix its binding, or what the binding takes from; nothing else needs to be bound' } : {}),
  };
  sink.report(D.unboundSlot({ component: describe(slot.instance), slot: slot.decl.name }, place));
}

function reportStrongExternals(slot: SlotNode, sink: Sink): void {
  for (const bound of slot.bound) {
    if (bound.decl.weak) continue;
    for (const { source, weak } of routesOf(bound)) {
      if (source.kind !== 'external' || weak) continue;
      const declared = source.instance.index.slots.get(source.name);
      const place = {
        at: at(bound.realm.manifest.file, bound.decl.slotRange),
        label: 'binding must be weak here',
        related: declared
          ? [{ message: 'external slot declared here', at: at(source.instance.manifest.file, declared.nameRange) }]
          : [],
        fixes: weakFixes(bound),
      };
      const args = { external: source.name, component: describe(slot.instance), slot: slot.decl.name };
      sink.report(D.externalSlotRequiresWeak(args, place));
      break;
    }
  }
}

/** Only on the hop that leaves the root: the hops below are weak with it. */
function weakFixes({ source, realm, decl }: Bound): readonly Fix[] {
  if (source.kind !== 'slot' || source.instance.parent !== null) return [];
  const edits = [{ kind: 'set-field' as const, at: at(realm.manifest.file, decl.range), key: 'weak', value: true }];
  return [{ title: 'add `weak: true`', kind: 'safe', edits }];
}
