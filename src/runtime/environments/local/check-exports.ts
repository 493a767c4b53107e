/** Whether `--export` fits the root of the scenario. */
import { suggest } from '../../../base/suggest.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';

export function checkExports(plan: DeploymentPlan, ports: Readonly<Record<string, number>>): readonly Blocked[] {
  const known = plan.exports.map(({ name }) => name);
  return Object.keys(ports)
    .filter((name) => !known.includes(name))
    .map((name) => ({
      gate: 'export_unknown',
      subject: `exports.${name}`,
      reasons: [known.length === 0 ? 'the scenario exports nothing' : `the scenario exports ${quoted(known)}`],
      remedy: meant(name, known) ?? 'pass --export only for exports of the scenario',
    }));
}

export const quoted = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

export function meant(name: string, known: readonly string[]): string | undefined {
  const near = suggest(name, known);
  return near === undefined ? undefined : `did you mean \`${near}\`?`;
}
