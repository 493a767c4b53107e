import type { PolicyAnswer } from '../../ir/answer-schema.ts';
import type { PolicyRequest } from '../../ir/request.ts';
import { withSelections } from '../../ir/selections.ts';
import { assemble } from './assemble.ts';
import type { PolicySpec } from './decision-types.ts';
import { PolicyError } from './error.ts';
import { readRequest } from './request.ts';
import { createScope } from './scope.ts';
import type { Context } from './scope-types.ts';

export type { PolicyAnswer } from '../../ir/answer-schema.ts';
export type { PolicyRequest } from '../../ir/request.ts';

export interface Policy {
  readonly name: string;
  /**
   * The answer to a request: pure, so the same arguments give the same answer. `request` is the body of the question, as JSON text
   * or as the object that it stands for: `{"scope": {"components": […], "bindings": […], "imports": […], "exports": […]}}`. Fields
   * that this version does not know are ignored. What `context` leaves out is empty.
   *
   * Findings of the policy come first, in the order of the decision, then one for each interposer that was not put on edges of another
   * protocol, then one for each empty selection, in the order in which they were made.
   *
   * @throws PolicyError (`request` when it is not a question; see PolicyErrorCode for the rest), and whatever `decide` throws.
   */
  readonly answer: (request: string | PolicyRequest, context?: Partial<Context>) => PolicyAnswer;
}

/**
 * Makes a policy of a function.
 *
 * @throws PolicyError (`options`) when the name is empty.
 */
export function definePolicy(spec: PolicySpec): Policy {
  const { name, decide } = spec;
  if (typeof name !== 'string' || name.trim() === '') throw new PolicyError('options', 'a policy needs a `name`');
  if (typeof decide !== 'function') {
    throw new PolicyError('options', `policy \`${name}\` has no function \`decide(scope, context)\``);
  }
  return {
    name,
    answer: (request, context = {}) => {
      const { scope, emptySelections, selections } = createScope(readRequest(request));
      const whole: Context = { protocol: '1', scope: '', policy: '', config: {}, ...context };
      return withSelections(assemble(decide(scope, whole), scope, emptySelections), selections);
    },
  };
}
