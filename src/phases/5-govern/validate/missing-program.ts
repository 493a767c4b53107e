import type { AnswerRule } from './rule.ts';

export const missingProgram: AnswerRule = {
  id: 'V5',
  check({ interposition }, report) {
    if (interposition.interposer.program !== null) return;
    report(
      ['interposer'],
      () => 'the interposer has no `program`, and only a program can take and pass on connections',
    );
  },
};
