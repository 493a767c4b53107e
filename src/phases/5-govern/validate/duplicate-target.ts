import type { AnswerRule } from './rule.ts';

/** Two interposers may share a target; one interposer stands on an edge once. */
export const duplicateTarget: AnswerRule = {
  id: 'V9',
  check({ interposition: { attachments } }, report) {
    if (attachments.length < 2) return;
    const seen = new Map<number, number>();
    for (const [index, { target }] of attachments.entries()) {
      const first = seen.get(target);
      if (first === undefined) seen.set(target, index);
      else
        report(
          ['attachments', index, 'target'],
          () => `target ${target} is attached to already, by \`attachments[${first}]\``,
          index,
        );
    }
  },
};
