import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { agentOrder, faultText } from '../../plan/profiles/concurrency.ts';

/** A plan of another compiler may say what would wait for ever. */
export const neverStarting = (plan: DeploymentPlan): readonly Blocked[] =>
  agentOrder(plan).faults.map((fault) => ({
    gate: 'budget_never_starts',
    subject: `profiles.${fault.profile}`,
    reasons: [`\`agentConcurrency: ${fault.limit}\`, and ${faultText(fault)}`],
    remedy: `let ${fault.enough} of them run at a time, or give some of them another profile`,
  }));
