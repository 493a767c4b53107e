import type { AnswerRule } from './rule.ts';

export const missingConfigSchema: AnswerRule = {
  id: 'V2',
  check({ interposition: { interposer } }, report) {
    if (interposer.config === null || interposer.configSchema !== null) return;
    report(
      ['interposer', 'config'],
      () => 'the interposer has `config` and no `config_schema` that says what is in it',
    );
  },
};
