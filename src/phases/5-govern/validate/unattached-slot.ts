import { sortedKeys } from '../../../base/order.ts';
import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';

/** Nothing but an attachment ever feeds an interposer's slot. Silent where nothing is attached at all, and beside a misspelt slot. */
export const unattachedSlot: AnswerRule = {
  id: 'unattached-slot',
  check({ interposition: { attachments, interposer } }, report) {
    const taken = new Set(attachments.map((attachment) => attachment.interposerSlot));
    if (taken.size === 0 || ![...taken].every((name) => Object.hasOwn(interposer.slots, name))) return;
    for (const name of sortedKeys(interposer.slots)) {
      const slot = interposer.slots[name];
      if (!slot || slot.optional || taken.has(name)) continue;
      report(['interposer', 'slots', name], () =>
        slot.kind === 'storage'
          ? `slot ${quote(name)} is required, and storage cannot be given to an interposer; declare it under \`resources\``
          : `slot ${quote(name)} is required, and no attachment names it`,
      );
    }
  },
};
