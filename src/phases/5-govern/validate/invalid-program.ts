import { pointerTo } from '../answer-problem.ts';
import type { AnswerRule } from './rule.ts';
import { programProblems } from './support/program-problems.ts';

/** An interposer's program keeps the rules that an authored one keeps. */
export const invalidProgram: AnswerRule = {
  id: 'V6',
  check({ interposition, schema }, report) {
    for (const { range, message } of programProblems(interposition.interposer, schema)) {
      report(interposition.node ? pointerTo(interposition.node, range) : [], () => message);
    }
  },
};
