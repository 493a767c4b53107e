/** What a contract says of a run and does not hold of it. Its form has constants alone, so that it can be said beside it only. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { profileOf } from '../../plan/profiles/profile-of.ts';

export interface Overstated {
  /** Moniker. */
  readonly component: string;
  readonly reason: string;
  readonly remedy: string;
}

/** A program of this machine has all rights of whoever began the run. */
export const overstatedOf = ({ components, runtime }: DeploymentPlan): readonly Overstated[] =>
  components
    .filter(({ moniker, program }) => program !== null && profileOf(moniker, runtime)?.profile.sandbox.mode === 'none')
    .map(({ moniker }) => ({
      component: moniker,
      reason:
        'it runs without a sandbox, so that `ambientAuthority: false`, the policy gates and `externalWrites: false` do not hold of it',
      remedy: 'give its profile a sandbox, or do not rely on these parts of the contract',
    }));
