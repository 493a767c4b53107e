import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';
import { instead } from './support/words.ts';

export const unknownProvide: AnswerRule = {
  id: 'V15',
  check({ interposition: { attachments, interposer } }, report) {
    for (const [index, { interposerProvide: name }] of attachments.entries()) {
      if (Object.hasOwn(interposer.provides, name)) continue;
      const pointer = ['attachments', index, 'interposer_provide'];
      report(
        pointer,
        () =>
          `the interposer has no provide ${quote(name)}; ${instead(name, Object.keys(interposer.provides), 'provides of the interposer')}`,
        index,
      );
    }
  },
};
