/** How every target that runs containers begins: what does not fit is told, and the plan is wired. */
import { memoized } from '../../../../base/memo.ts';
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import { type Wiring, wire } from '../../../../plan/wiring/wire.ts';
import { tellBypassable } from './bypassable.ts';
import type { Tell } from './tell.ts';
import { checkFits } from './unfit.ts';
import { worded } from './worded.ts';
import type { TargetWords } from './words.ts';

/** Targets of one plan have it in common. */
const wiringOf = memoized((plan: DeploymentPlan) =>
  wire(plan, { externals: plan.externals.filter((one) => one.required).map(({ slot }) => slot) }),
);

/** `fits` is false where a component does not: there is something to lay out then, and nothing to write. Undefined where there is not even that. */
export function openPlan(
  plan: DeploymentPlan,
  tell: Tell,
  words: TargetWords,
): { readonly wiring: Wiring; readonly fits: boolean } | undefined {
  for (const { slot } of plan.externals.filter((one) => !one.required))
    tell.of('/', (at) => words.optionalSlot({ slot }, at));
  const fits = checkFits(plan, tell, words);
  const wiring = wiringOf(plan);
  if ('problems' in wiring) {
    for (const problem of wiring.problems) tell.of('/', (at) => words.wiring(worded(problem), at));
    return undefined;
  }
  tellBypassable(plan, wiring.edges, tell);
  return { wiring, fits };
}
