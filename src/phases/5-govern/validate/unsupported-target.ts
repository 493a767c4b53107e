import type { AnswerRule } from './rule.ts';
import { whyNotInterposed } from './support/targets.ts';

/** Only what travels over the network between programs has a place for a program in the middle. */
export const unsupportedTarget: AnswerRule = {
  id: 'V12',
  check({ interposition: { attachments }, context: { targets } }, report) {
    for (const [index, { target }] of attachments.entries()) {
      const kind = targets.get(target)?.capability.kind;
      const reason = kind && whyNotInterposed(kind);
      if (reason === undefined) continue;
      report(
        ['attachments', index, 'target'],
        () => `edge ${target} carries \`${kind}\`, and nothing can stand in its way: ${reason}`,
        index,
      );
    }
  },
};
