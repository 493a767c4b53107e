/** What is known to be refused before anything of a run has been put together. */
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { needsOf } from '../../plan/authority/needs.ts';
import { outsideClass } from '../../plan/authority/network-class.ts';
import { createAuthority } from './authority.ts';
import type { FileNow } from './state.ts';

export interface Before {
  readonly time: () => string;
  readonly file: () => FileNow;
  /** What the operator has revoked before, in this run. */
  readonly revoked: ReadonlyMap<string, string>;
  /** Slots of the root, and their URLs. */
  readonly externals: Readonly<Record<string, string>>;
}

/** Every right of the plan that nothing gives; which secrets there are is not known yet. */
export const missingBefore = (plan: DeploymentPlan, { externals, ...options }: Before): readonly Blocked[] =>
  createAuthority({ grants: plan.runtime?.grants, needs: () => [], ...options }).missing(
    needsOf(plan, Object.keys(externals)),
  );

/** What the types of profiles do not allow: a plan may be written by hand, and URLs of slots are known only here. */
export const networkRefused = (plan: DeploymentPlan, externals: Before['externals']): readonly Blocked[] =>
  outsideClass(plan, externals).map(({ moniker, profile, type, why, what }) => ({
    gate: 'network_profile_refused',
    subject: moniker,
    reasons: [`its profile \`${profile}\` is of type \`${type}\`, ${why}: ${what}`],
    remedy: 'take the target away, or give the component a profile of another type, and compile the scenario again',
  }));
