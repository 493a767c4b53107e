import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';

/** Attached or not. Silent on storage, which is wrong as a provide whatever its endpoint. */
export const missingEndpoint: AnswerRule = {
  id: 'V7',
  check({ interposition: { interposer } }, report) {
    for (const [name, { kind, endpoint }] of Object.entries(interposer.provides)) {
      if (kind === 'storage' || endpoint !== null) continue;
      report(
        ['interposer', 'provides', name],
        () => `provide ${quote(name)} names no \`endpoint\` of the program that serves it`,
      );
    }
  },
};
