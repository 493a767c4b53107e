import { UsageError } from '../../../app/usage-error.ts';
import { suggest } from '../../../base/suggest.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { probesOf } from '../../../runtime/probes/completion.ts';

/** Throws for a name that the plan of the run does not have. */
export function requireProbes(id: string, plan: DeploymentPlan, names: readonly string[]): void {
  const known = probesOf(plan).map(([name]) => name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const near = suggest(name, known);
    const hint = near === undefined ? '; `headgate probe list` lists them' : `; did you mean \`${near}\`?`;
    throw new UsageError(`run \`${id}\` has no probe \`${name}\`${hint}`);
  }
}
