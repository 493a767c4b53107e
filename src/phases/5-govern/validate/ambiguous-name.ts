import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';

export const ambiguousName: AnswerRule = {
  id: 'ambiguous-name',
  check({ interposition: { interposer } }, report) {
    for (const name of Object.keys(interposer.provides)) {
      if (!Object.hasOwn(interposer.slots, name)) continue;
      report(
        ['interposer', 'provides', name],
        () => `${quote(name)} is the name of a slot and of a provide; rename one of the two`,
      );
    }
  },
};
