/** Whether a plan that somebody hands over is one, and still what was compiled. */
import { digestOf } from '../../base/digest.ts';
import { isObject, type JsonValue } from '../../base/json.ts';
import { canonicalText } from '../../base/quick-json.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { fits } from '../../language/generated/plan.js';
import { unshowableNames } from '../../language/plan-names.ts';
import type { SettledOptions } from '../run-options.ts';

/** Undefined where nothing is wrong with it. O(plan). */
export function faultOfPlan(
  plan: DeploymentPlan,
  { resume, legacy }: Pick<SettledOptions, 'resume' | 'legacy'>,
): Blocked | undefined {
  const reason = reasonIn(plan, Object.keys(legacy?.components ?? {}).length > 0);
  if (reason === undefined) return undefined;
  return {
    gate: 'plan_corrupt',
    subject: resume?.id ?? 'plan',
    reasons: [reason],
    remedy: 'compile the scenario again, and change nothing',
  };
}

function reasonIn(plan: DeploymentPlan, isFromOptions: boolean): string | undefined {
  if (!isObject(plan as unknown as JsonValue)) return 'it is not a plan';
  const { planDigest, ...all } = plan;
  // How components ran once stood beside the plan, and was put into it when it was read.
  const { runtime: _, ...without } = all;
  const content = isFromOptions ? without : all;
  if (planDigest !== digestOf(canonicalText(content as unknown as JsonValue)))
    return 'it was changed after it was compiled: its digest does not match its content';
  if (!fits(plan)) return 'its digest matches, but it does not say what a plan of version 1 says';
  const [first] = unshowableNames(plan);
  return first && `it was not made by headgate: ${first.what} has characters that cannot be shown`;
}
