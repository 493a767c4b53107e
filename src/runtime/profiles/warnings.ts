/** What a profile asked for and does not have in this run: one warning, which says why. */
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { profileOf } from '../../plan/profiles/profile-of.ts';
import { rightsOf, whyNotApproved } from '../../plan/profiles/rights.ts';
import type { SelfChecked } from '../../ports/environment.ts';

/** Of a run that goes on: it closes nothing. */
const code = 'permissions_kept';
const remedy =
  'give the profile `runtime.mode: evidence` and a sandbox by name, see docs/profiles.md; or write the permissions that are to count';

/** Known from the plan alone; undefined where everything that is asked for may take effect. */
export function planWarning({ components, runtime }: DeploymentPlan): Blocked | undefined {
  const reasons = new Map<string, string>();
  for (const { moniker, program } of components) {
    const found = program === null ? undefined : profileOf(moniker, runtime);
    const why = found && whyNotApproved(found.profile);
    if (!found || why === undefined) continue;
    reasons.set(found.name, `profile \`${found.name}\`: ${why}, so \`${rightsOf(found.profile).permissions}\` counts`);
  }
  if (reasons.size === 0) return undefined;
  return { gate: code, subject: [...reasons.keys()].join(', '), reasons: [...reasons.values()], remedy };
}

/** Undefined for a sandbox that passed. */
export function checkWarning(
  moniker: string,
  { runtime }: DeploymentPlan,
  { passed, summary }: SelfChecked,
): Blocked | undefined {
  const found = profileOf(moniker, runtime);
  if (passed === true || !found) return undefined;
  const { permissions } = rightsOf(found.profile);
  return {
    gate: code,
    subject: found.name,
    reasons: [`the self-check of the sandbox of ${moniker} has not passed (${summary}), so \`${permissions}\` counts`],
    remedy:
      'move the scenario away from what its programs could reach; `headgate status --format json` names the evidence',
  };
}

/** Tells the first, and no other. */
export function oneWarning(tell: (warning: Blocked) => void): (warning: Blocked | undefined) => void {
  let told = false;
  return (warning) => {
    if (!warning || told) return;
    told = true;
    tell(warning);
  };
}
