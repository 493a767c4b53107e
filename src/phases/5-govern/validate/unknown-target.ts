import type { AnswerRule } from './rule.ts';

export const unknownTarget: AnswerRule = {
  id: 'V11',
  check({ interposition: { attachments }, context: { targets } }, report) {
    for (const [index, { target }] of attachments.entries()) {
      if (targets.has(target)) continue;
      const known =
        targets.size === 0
          ? 'it shows no edges'
          : `it shows ${targets.size === 1 ? 'one edge' : `${targets.size} edges`}`;
      report(
        ['attachments', index, 'target'],
        () => `the request has no edge with the number ${target}; ${known}`,
        index,
      );
    }
  },
};
