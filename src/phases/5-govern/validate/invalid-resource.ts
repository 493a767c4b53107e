import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';

/** Storage is laid out before anything runs, and the params of an interposer's are taken as they are. */
export const invalidResource: AnswerRule = {
  id: 'invalid-resource',
  check({ interposition: { interposer } }, report) {
    for (const [name, { kind, params }] of Object.entries(interposer.resources)) {
      const at = ['interposer', 'resources', name];
      if (kind !== 'storage') {
        report(
          [...at, 'kind'],
          () => `resource ${quote(name)} is of kind \`${kind}\`, and every resource is \`storage\``,
        );
      }
      for (const [key, value] of Object.entries(params)) {
        if (!value?.includes('${')) continue;
        report(
          [...at, 'params', key],
          () => `\`${key}\` of resource ${quote(name)} holds \`\${…}\`, and params of an interposer are plain text`,
        );
      }
    }
  },
};
