/** Whether a delegation gives a right. Whether it is over is for whoever knows the time. */
import { matchesResource } from '../../base/resource-pattern.ts';
import type { Delegation, Need } from '../../ir/authority.ts';

export function gives({ subject, gates, resources }: Delegation, need: Need): boolean {
  if (subject !== '*' && subject !== need.subject) return false;
  return gates.includes(need.gate) && resources.some((pattern) => matchesResource(pattern, need.resource));
}

/** The entry that would give it, as it is written into the file. */
export function entryFor({ subject, gate, resource }: Need): string {
  const id = `${subject}-${gate}`
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 64);
  return `- { id: ${id}, subject: ${JSON.stringify(subject)}, gates: [${gate}], resources: [${JSON.stringify(resource)}] }`;
}
