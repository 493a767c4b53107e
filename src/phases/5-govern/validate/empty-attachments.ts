import type { AnswerRule } from './rule.ts';

export const emptyAttachments: AnswerRule = {
  id: 'V1',
  check({ interposition }, report) {
    if (interposition.attachments.length > 0) return;
    report(['attachments'], () => 'the interposer is attached to nothing, so nothing would ever pass through it');
  },
};
