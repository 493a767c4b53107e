/** What a contract says of a run and does not hold of it. Its form has constants alone, so that it can be said beside it only. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { profileOf } from '../../plan/profiles/profile-of.ts';
import type { RunSettings } from '../run-options.ts';

export interface Overstated {
  /** Moniker, or `run` for all of them. */
  readonly component: string;
  readonly reason: string;
  readonly remedy: string;
}

/** A program of this machine has all rights of whoever began the run; in another place others hold it. */
export const overstatedOf = (plan: DeploymentPlan, { on }: Pick<RunSettings, 'on'>): readonly Overstated[] =>
  on === undefined ? withoutSandbox(plan) : [elsewhere(on.kind)];

const withoutSandbox = ({ components, runtime }: DeploymentPlan): readonly Overstated[] =>
  components
    .filter(({ moniker, program }) => program !== null && profileOf(moniker, runtime)?.profile.sandbox.mode === 'none')
    .map(({ moniker }) => ({
      component: moniker,
      reason:
        'it runs without a sandbox, so that `ambientAuthority: false`, the policy gates and `externalWrites: false` do not hold of it',
      remedy: 'give its profile a sandbox, or do not rely on these parts of the contract',
    }));

const elsewhere = (place: string): Overstated => ({
  component: 'run',
  reason: `it is on ${place}, where of its budgets only \`wallClockSeconds\` is kept, and where that place holds the programs`,
  remedy: 'leave --on away, or rely on what the page of the target says',
});
