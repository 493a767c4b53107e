import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';

export const storageProvide: AnswerRule = {
  id: 'storage-provide',
  check({ interposition: { interposer } }, report) {
    for (const [name, { kind }] of Object.entries(interposer.provides)) {
      if (kind !== 'storage') continue;
      report(
        ['interposer', 'provides', name, 'kind'],
        () => `provide ${quote(name)} is of kind \`storage\`, which no program can serve`,
      );
    }
  },
};
