import { own } from '../../../base/json.ts';
import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';
import { whyNotInterposed } from './support/targets.ts';
import { sameCapability, shownCapability } from './support/words.ts';

/** Kind and profile must both be equal; how many connections the slot takes does not matter. */
export const slotMismatch: AnswerRule = {
  id: 'V14',
  check({ interposition: { attachments, interposer }, context: { targets } }, report) {
    for (const [index, { target, interposerSlot: name }] of attachments.entries()) {
      const [slot, capability] = [own(interposer.slots, name), targets.get(target)?.capability];
      if (!slot || !capability || whyNotInterposed(capability.kind) || sameCapability(slot, capability)) continue;
      const pointer = ['attachments', index, 'interposer_slot'];
      report(
        pointer,
        () =>
          `slot ${quote(name)} is ${shownCapability(slot)}, and edge ${target} carries ${shownCapability(capability)}`,
        index,
      );
    }
  },
};
