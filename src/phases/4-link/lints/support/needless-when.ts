import type { Guarded, Manifest, SlotDecl, When } from '../../../../ir/manifest.ts';
import { firstSegment } from './own-uses.ts';

/**
 * Conditions on slots that are required, hence always bound. `multiple` slots are bound at least once. A field other than `url`
 * is a mistake of its own.
 */
export function needlessWhen(
  manifest: Manifest,
  items: readonly Guarded[],
): readonly { readonly slot: SlotDecl; readonly when: When }[] {
  if (!items.some(({ when }) => when?.kind === 'slots')) return [];
  const required = new Map(manifest.slots.filter((slot) => !slot.optional).map((slot) => [slot.name, slot]));
  return items.flatMap(({ when }) => {
    const slot = when?.kind === 'slots' ? required.get(firstSegment(when.path)) : undefined;
    return slot && when && (when.path === slot.name || when.path === `${slot.name}.url`) ? [{ slot, when }] : [];
  });
}
