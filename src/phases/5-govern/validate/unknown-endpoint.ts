import { quote } from '../../../language/schema/assertions.ts';
import type { AnswerRule } from './rule.ts';
import { instead } from './support/words.ts';

/** Attached or not. Silent without a program, which is reported by itself. */
export const unknownEndpoint: AnswerRule = {
  id: 'V8',
  check({ interposition: { interposer } }, report) {
    if (!interposer.manifestProgram) return;
    const names = new Set(interposer.manifestProgram.endpoints.map((endpoint) => endpoint.name.source));
    for (const [name, { kind, endpoint }] of Object.entries(interposer.provides)) {
      if (kind === 'storage' || endpoint === null || names.has(endpoint)) continue;
      const pointer = ['interposer', 'provides', name, 'endpoint'];
      report(pointer, () => {
        const hint = instead(endpoint, [...names], 'endpoints of the program');
        return `provide ${quote(name)} names the endpoint ${quote(endpoint)}, which the program does not have; ${hint}`;
      });
    }
  },
};
