/** Keeps in the store what was found out of the place where a component runs. */
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { profileOf } from '../../plan/profiles/profile-of.ts';
import type { Keep } from '../actions/component/kept.ts';
import { hexDigest, putEvidence, putJson } from '../store/evidence.ts';
import type { Store } from '../store/store.ts';
import { warmKey } from './cache-key.ts';
import { checkWarning } from './warnings.ts';

export const selfCheckKind = 'sandbox.self-check';

export const keepIn = (
  store: Store,
  plan: DeploymentPlan,
  moniker: string,
  warn: (warning: Blocked | undefined) => void,
): Keep => ({
  measured: (measured) => putJson(store, measured),
  checked: (checked) => {
    warn(checkWarning(moniker, plan, checked));
    const found = profileOf(moniker, plan.runtime);
    return putEvidence(
      store,
      [
        { name: 'plan', digest: hexDigest(plan.planDigest) },
        ...(found ? [{ name: 'profile and sandbox', digest: hexDigest(warmKey('local', found)) }] : []),
      ],
      { probeKind: selfCheckKind, outcome: 'completed', ...checked, details: { ...checked.details, moniker } },
    );
  },
});
