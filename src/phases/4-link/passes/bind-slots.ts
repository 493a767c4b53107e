import { at, type Location, type Range } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import { guess } from '../../../diagnostics/fixes.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { BindingDecl, Capability } from '../../../ir/manifest.ts';
import { writeSource, writeTarget } from '../../../language/binding-edits.ts';
import {
  accepts,
  type Cardinality,
  declaredCardinality,
  frameworkKinds,
  isOne,
  one,
  sameCapability,
  showCapability,
  showCardinality,
} from '../capability.ts';
import { type Bound, describe, type Instance, type SlotNode, type Terminal, terminal } from '../instance.ts';
import { listNames, type Nearest } from '../names.ts';
import { declaredHere, exportsHelp } from './resolve-exports.ts';

/**
 * Checks every binding and attaches it to its slot. Realms come in id order, so the bindings into a realm's own slots are
 * known before the realm forwards them. Answers the slots that a reported fault of a binding has left without it. O(bindings).
 */
export function bindSlots(instances: readonly Instance[], nearest: Nearest, sink: Sink): ReadonlySet<SlotNode> {
  const single = new Set<SlotNode>();
  const spoilt = new Set<SlotNode>();
  for (const realm of instances) {
    markSingle(realm, single);
    // Most components bind nothing.
    if (realm.manifest.bindings.length === 0) continue;
    const claimed = new Map<SlotNode, BindingDecl>();
    for (const [index, decl] of realm.manifest.bindings.entries())
      bind(realm, decl, index, { claimed, single, spoilt, nearest, sink });
  }
  return spoilt;
}

interface BindContext {
  readonly claimed: Map<SlotNode, BindingDecl>;
  readonly single: Set<SlotNode>;
  readonly spoilt: Set<SlotNode>;
  readonly nearest: Nearest;
  readonly sink: Sink;
}

/** The order of the checks is the order in which the first failure is reported; a failing binding still claims its slot. */
function bind(realm: Instance, decl: BindingDecl, index: number, ctx: BindContext): void {
  const { claimed, sink } = ctx;
  const file = realm.manifest.file;
  const target = realm.child.get(decl.target.child);
  if (!target) return;
  const slot = target.slots.get(decl.target.slot);
  if (!slot) {
    const near = ctx.nearest(decl.target.slot, target.slots);
    const help =
      near === undefined
        ? target.slots.size === 0
          ? 'it declares no slots'
          : `its slots are ${listNames(target.slots)}`
        : `did you mean \`#${decl.target.child}.${near}\`?`;
    const fixes = guess(near, (meant) => writeTarget(decl, (range) => at(file, range), { slot: meant }));
    const place = { at: at(file, decl.slotRange), label: 'no such slot', related: declaredHere(target), help, fixes };
    sink.report(D.unknownSlot({ component: describe(target), slot: decl.target.slot }, place));
    const meant = near === undefined ? undefined : target.slots.get(near);
    if (meant) ctx.spoilt.add(meant);
    return;
  }
  const first = claimed.get(slot);
  if (first && !slot.decl.multiple) {
    const related = [{ message: 'first bound here', at: at(file, first.range) }];
    const place = { at: at(file, decl.range), label: 'bound again here', related };
    sink.report(D.duplicateBindingTarget({ component: describe(target), slot: slot.decl.name }, place));
    return;
  }
  claimed.set(slot, decl);
  const source = resolveSource(realm, decl, ctx);
  const fits = source && checkType(realm, decl, slot, source, sink) && checkCardinality(realm, decl, slot, source, ctx);
  if (!fits) {
    ctx.spoilt.add(slot);
    return;
  }
  const bound: Bound = { realm, decl, index, slot, source };
  slot.bound.push(bound);
  realm.bindings.push(bound);
}

function resolveSource(realm: Instance, decl: BindingDecl, { nearest, sink }: BindContext): Terminal | SlotNode | null {
  const source = decl.source;
  if (source.kind === 'slot') return realm.slots.get(source.name) ?? null;
  if (source.kind !== 'child') return terminal(realm, source.kind, source.name);
  const child = realm.child.get(source.child);
  if (!child) return null;
  const found = child.exports.get(source.export);
  if (found === undefined) {
    const place = (range: Range): Location => at(realm.manifest.file, range);
    const near = nearest(source.export, child.exports);
    const fixes = guess(near, (name) => writeSource(decl, place, `#${source.child}`, name));
    sink.report(
      D.notExported(
        { component: describe(child), name: source.export },
        {
          at: at(realm.manifest.file, decl.capabilityRange),
          label: 'not exported',
          related: declaredHere(child),
          help: exportsHelp(child, near),
          fixes,
        },
      ),
    );
  }
  return found ?? null;
}

export function capabilityOf(source: Terminal | SlotNode): Capability {
  if (source.kind === 'slot') return source.decl;
  if (source.kind === 'provide') return source.instance.index.provides.get(source.name) as Capability;
  if (source.kind === 'external') return source.instance.index.slots.get(source.name) as Capability;
  if (source.kind === 'resource') return { kind: 'storage', profile: null };
  return { kind: frameworkKinds.get(source.name) ?? 'http', profile: null };
}

function checkType(
  realm: Instance,
  decl: BindingDecl,
  slot: SlotNode,
  source: Terminal | SlotNode,
  sink: Sink,
): boolean {
  const given = capabilityOf(source);
  if (sameCapability(slot.decl, given)) return true;
  const related = [
    { message: 'slot type declared here', at: at(slot.instance.manifest.file, slot.decl.kindRange) },
    ...sourceKind(source),
  ];
  const range = source.kind === 'framework' ? decl.capabilityRange : decl.range;
  sink.report(
    D.typeMismatch(
      {
        component: describe(slot.instance),
        slot: slot.decl.name,
        wanted: showCapability(slot.decl),
        given: showCapability(given),
      },
      { at: at(realm.manifest.file, range), label: 'types differ', related },
    ),
  );
  return false;
}

function sourceKind(source: Terminal | SlotNode): { message: string; at: ReturnType<typeof at> }[] {
  if (source.kind === 'framework') return [];
  const manifest = source.instance.manifest;
  const index = source.instance.index;
  const range =
    source.kind === 'slot'
      ? source.decl.kindRange
      : source.kind === 'provide'
        ? index.provides.get(source.name)?.kindRange
        : index.resources.get(source.name)?.kind.range;
  return range ? [{ message: 'source type declared here', at: at(manifest.file, range) }] : [];
}

/** A weak binding makes its target tolerate absence. */
function checkCardinality(
  realm: Instance,
  decl: BindingDecl,
  slot: SlotNode,
  source: Terminal | SlotNode,
  ctx: BindContext,
): boolean {
  const declared = declaredCardinality(slot.decl);
  const target: Cardinality = decl.weak ? { ...declared, min: 0 } : declared;
  const given = cardinalityOf(realm, source, ctx.single);
  if (accepts(target, given)) return true;
  const related = [{ message: 'target slot declared here', at: at(slot.instance.manifest.file, slot.decl.kindRange) }];
  if (source.kind === 'slot') {
    related.push({
      message: 'source slot declared here',
      at: at(source.instance.manifest.file, source.decl.kindRange),
    });
  }
  const [wanted, shown] = [showCardinality(target), showCardinality(given)];
  ctx.sink.report(
    D.slotRangeMismatch(
      { component: describe(slot.instance), slot: slot.decl.name, wanted, given: shown },
      {
        at: at(realm.manifest.file, decl.range),
        label: `forwards ${shown} into a slot that accepts ${wanted}`,
        related,
      },
    ),
  );
  return false;
}

function cardinalityOf(realm: Instance, source: Terminal | SlotNode, single: ReadonlySet<SlotNode>): Cardinality {
  if (source.kind !== 'slot') return one;
  const declared = declaredCardinality(source.decl);
  return source.instance === realm && single.has(source) ? one : declared;
}

/**
 * A realm's slot that is declared optional or multiple counts as exactly one when a strong binding into it comes from a
 * provide, resource or framework capability, or from a slot of the realm's parent that itself counts as one. Sibling exports
 * never qualify. Called when the realm is reached, after its parent: every look-up finds its answer.
 */
function markSingle(realm: Instance, single: Set<SlotNode>): void {
  for (const slot of realm.slots.values()) {
    const fed = slot.bound.some(
      (b) => !b.decl.weak && b.decl.source.kind !== 'child' && (b.source.kind !== 'slot' || single.has(b.source)),
    );
    if (fed || isOne(declaredCardinality(slot.decl))) single.add(slot);
  }
}
