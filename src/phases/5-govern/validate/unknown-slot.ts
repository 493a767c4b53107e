import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';
import { instead } from './support/words.ts';

export const unknownSlot: AnswerRule = {
  id: 'V13',
  check({ interposition: { attachments, interposer } }, report) {
    for (const [index, { interposerSlot: name }] of attachments.entries()) {
      if (Object.hasOwn(interposer.slots, name)) continue;
      const pointer = ['attachments', index, 'interposer_slot'];
      report(
        pointer,
        () =>
          `the interposer has no slot ${quote(name)}; ${instead(name, Object.keys(interposer.slots), 'slots of the interposer')}`,
        index,
      );
    }
  },
};
