import { own } from '../../../base/json.ts';
import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';
import { whyNotInterposed } from './support/targets.ts';
import { sameCapability, shownCapability } from './support/words.ts';

/** The consumer must be given exactly what it was given before. */
export const provideMismatch: AnswerRule = {
  id: 'V16',
  check({ interposition: { attachments, interposer }, context: { targets } }, report) {
    for (const [index, { target, interposerProvide: name }] of attachments.entries()) {
      const [provide, capability] = [own(interposer.provides, name), targets.get(target)?.capability];
      if (
        !provide ||
        provide.kind === 'storage' ||
        !capability ||
        whyNotInterposed(capability.kind) ||
        sameCapability(provide, capability)
      )
        continue;
      const pointer = ['attachments', index, 'interposer_provide'];
      report(
        pointer,
        () =>
          `provide ${quote(name)} is ${shownCapability(provide)}, and edge ${target} carries ${shownCapability(capability)}`,
        index,
      );
    }
  },
};
