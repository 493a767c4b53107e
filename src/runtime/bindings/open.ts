/** Who answers for the references of a run: whoever was given, else the vaults of its plan. Loaded only where something is bound. */
import { withoutCoreDumps } from '../../adapters/sandbox/no-core-dumps.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { SettledOptions } from '../run-options.ts';
import type { RunSecrets } from './binder.ts';

export async function secretsOf(_plan: DeploymentPlan, { secrets }: SettledOptions): Promise<RunSecrets> {
  await withoutCoreDumps();
  if (secrets) return secrets;
  throw new Error('nobody answers for secrets');
}
