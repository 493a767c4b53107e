/** What is known to be refused before anything of a run has been put together. */
import type { Need } from '../../ir/authority.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { needsOf } from '../../plan/authority/needs.ts';
import { outsideClass } from '../../plan/authority/network-class.ts';
import { type Authority, createAuthority } from './authority.ts';
import type { FileNow } from './state.ts';

export interface Before {
  readonly time: () => string;
  readonly file: () => FileNow;
  /** What the operator has revoked before, in this run. */
  readonly revoked: ReadonlyMap<string, string>;
  /** Slots of the root, and their URLs. */
  readonly externals: Readonly<Record<string, string>>;
}

export const authorityBefore = (
  plan: DeploymentPlan,
  { externals, ...options }: Before,
): { readonly authority: Authority; readonly needs: () => readonly Need[] } => ({
  authority: createAuthority({ grants: plan.runtime?.grants, needs: () => [], ...options }),
  needs: () => needsOf(plan, Object.keys(externals)),
});

/** Every right of the plan that nothing gives; which secrets there are is not known yet. */
export function missingBefore(plan: DeploymentPlan, options: Before): readonly Blocked[] {
  const { authority, needs } = authorityBefore(plan, options);
  return authority.missing(needs());
}

/** What the types of profiles do not allow: a plan may be written by hand, and URLs of slots are known only here. */
export const networkRefused = (plan: DeploymentPlan, externals: Before['externals']): readonly Blocked[] =>
  outsideClass(plan, externals).map(({ moniker, profile, type, why, what }) => ({
    gate: 'network_profile_refused',
    subject: moniker,
    reasons: [`its profile \`${profile}\` is of type \`${type}\`, ${why}: ${what}`],
    remedy: 'take the target away, or give the component a profile of another type, and compile the scenario again',
  }));
