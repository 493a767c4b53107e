import type { AnswerRule } from './rule.ts';

export const invalidConfigSchema: AnswerRule = {
  id: 'V3',
  check({ schemaProblems }, report) {
    for (const { pointer, message } of schemaProblems) {
      report(['interposer', 'config_schema', ...pointer], () => message);
    }
  },
};
