/** Who answers for the references of a run: whoever was given, else the vaults of its plan. Loaded only where something is bound. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { Secrets } from '../../ports/secrets.ts';
import type { SettledOptions } from '../run-options.ts';

export async function secretsOf(_plan: DeploymentPlan, { secrets }: SettledOptions): Promise<Secrets> {
  if (secrets) return secrets;
  throw new Error('nobody answers for secrets');
}
