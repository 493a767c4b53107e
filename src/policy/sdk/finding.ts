import type { Finding, FindingAbout } from './decision-types.ts';
import { PolicyError } from './error.ts';
import type { Severity } from './scope-types.ts';

const severities: readonly string[] = ['error', 'warning', 'info'];

/**
 * A remark about the scope. `error` fails the compile. It is shown where the edge or the component was written, or, without either, where
 * the policy is listed.
 *
 * @throws PolicyError (`finding`) for another severity and for a message without text.
 */
export function finding(severity: Severity, message: string, about: FindingAbout = {}): Finding {
  if (!severities.includes(severity)) {
    throw new PolicyError('finding', `the severity of a finding is error, warning or info, and not \`${severity}\``);
  }
  if (typeof message !== 'string' || message.trim() === '')
    throw new PolicyError('finding', 'a finding must say something');
  const { edge, component, code } = about;
  return {
    type: 'finding',
    severity,
    message,
    ...(edge === undefined ? {} : { edge: typeof edge === 'number' ? edge : edge.id }),
    ...(component === undefined ? {} : { component: typeof component === 'number' ? component : component.id }),
    ...(code === undefined ? {} : { code }),
  };
}
