import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';

/** Also for slots that take several connections: which edge goes on where would not be told apart. */
export const duplicateSlot: AnswerRule = {
  id: 'V10',
  check({ interposition: { attachments } }, report) {
    if (attachments.length < 2) return;
    const seen = new Map<string, number>();
    for (const [index, { interposerSlot: slot }] of attachments.entries()) {
      const first = seen.get(slot);
      if (first === undefined) seen.set(slot, index);
      else {
        const pointer = ['attachments', index, 'interposer_slot'];
        report(
          pointer,
          () => `slot ${quote(slot)} is taken already, by \`attachments[${first}]\`; each edge needs a slot of its own`,
          index,
        );
      }
    }
  },
};
