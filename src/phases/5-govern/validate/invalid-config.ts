import { composeJsonConfig } from '../../../language/config/compose.ts';
import type { AnswerRule } from './rule.ts';

/** The config is composed as that of an authored child of the scope's root. */
export const invalidConfig: AnswerRule = {
  id: 'V4',
  check({ interposition: { interposer }, context, schema }, report) {
    if (!schema) return;
    const composed = composeJsonConfig({
      authored: interposer.config ?? undefined,
      parent: context.scope.space,
      schema,
    });
    const at = interposer.config ? ['interposer', 'config'] : ['interposer'];
    for (const { message, pointer } of composed.problems) report([...at, ...(pointer ?? [])], () => message);
  },
};
