/** Whether the run began with this plan and these options, and, where one was given, whether it is that plan. */
import { canonicalJson, type JsonValue } from '../../../base/json.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { planDifferences } from '../../attest/differences.ts';
import { fault, inspectThere } from '../fault.ts';
import { journalFile, optionsFile, planFile } from '../folder.ts';
import type { Readings } from '../read.ts';

export function checkPlan(readings: Readings, given: DeploymentPlan | undefined): readonly Blocked[] {
  const { plan, options, entries } = readings;
  const faults: Blocked[] = [];
  for (const entry of entries ?? []) {
    if (entry.type !== 'start') continue;
    const line = `${journalFile} line ${entry.seq + 1}`;
    if (plan && entry.data.plan !== plan.planDigest)
      faults.push(fault('plan_corrupt', planFile, `${line} says that the run has another plan`));
    if (options !== undefined && entry.data.options !== null && entry.data.options !== options)
      faults.push(fault('options_changed', optionsFile, `${line} says that the run has other options`));
  }
  if (entries && entries[0]?.type !== 'start')
    faults.push(fault('journal_corrupt', `${journalFile} line 1`, 'a journal begins with a start', inspectThere));
  if (!plan || !given) return faults;
  if (canonicalJson(plan as unknown as JsonValue) !== canonicalJson(given as unknown as JsonValue))
    faults.push({
      ...fault('plan_differs', planFile, '', 'give the plan that was to be run, or find out why another one was'),
      reasons: ['it is not the plan that was given with --plan', ...planDifferences(given, plan)],
    });
  return faults;
}
