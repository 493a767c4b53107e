import { memoized } from '../../../../base/memo.ts';
import { at } from '../../../../base/span.ts';
import type { Edit } from '../../../../diagnostics/fix.ts';
import { remove } from '../../../../diagnostics/fixes.ts';
import type { BindingDecl, Manifest, SlotDecl } from '../../../../ir/manifest.ts';
import { usedProvides, usedSlots } from './own-uses.ts';
import { bindingIndex, type Users } from './users.ts';

/** A slot that is passed on for longer is not taken back by one order. */
const maxSlots = 100;

/**
 * Everything that goes with a slot: the bindings into it, and the slots above that served nothing else. Undefined when something
 * would be left that then serves nobody, or is needed by what this scenario does not show.
 */
export function slotRemoval(manifest: Manifest, slot: SlotDecl, users: Users): readonly Edit[] | undefined {
  const edits: Edit[] = [];
  const gone = new Set<BindingDecl | SlotDecl>([slot]);
  const open: { readonly manifest: Manifest; readonly slot: SlotDecl }[] = [{ manifest, slot }];
  for (let next = open.pop(); next; next = open.pop()) {
    edits.push(remove(at(next.manifest.file, next.slot.nameRange)));
    if (!users.isPlain(next.manifest) || gone.size > maxSlots) return undefined;
    for (const { parent, child } of users.placesOf(next.manifest)) {
      const bindings = bindingIndex(parent).to(child, next.slot.name);
      for (const binding of bindings) {
        gone.add(binding);
        edits.push(remove(at(parent.file, binding.range)));
      }
      const orphans = orphansOf(parent, bindings, gone);
      if (!orphans) return undefined;
      for (const orphan of orphans) {
        gone.add(orphan);
        open.push({ manifest: parent, slot: orphan });
      }
    }
  }
  return edits;
}

/** The slots that only these bindings used; undefined when a provide is among what they alone used. */
function orphansOf(
  parent: Manifest,
  bindings: readonly BindingDecl[],
  gone: ReadonlySet<BindingDecl | SlotDecl>,
): readonly SlotDecl[] | undefined {
  const orphans = new Set<SlotDecl>();
  for (const { source } of bindings) {
    if (source.kind !== 'slot' && source.kind !== 'provide') continue;
    const others = bindingIndex(parent).from(source.kind, source.name);
    const used = usesElsewhere(parent)[source.kind].has(source.name) || others.some((other) => !gone.has(other));
    if (used) continue;
    if (source.kind === 'provide') return undefined;
    // Beside child templates a slot is kept for the children to come.
    const slot = parent.childTemplates.length === 0 && parent.slots.find(({ name }) => name === source.name);
    if (slot && !slot.optional && !gone.has(slot)) orphans.add(slot);
  }
  return [...orphans];
}

/** By something else than a binding. */
const usesElsewhere = memoized((manifest: Manifest) => {
  const alone = { ...manifest, bindings: [] };
  return { slot: usedSlots(alone), provide: usedProvides(alone) };
});
