/** A budget that ran out, in one line. */
import type { BudgetName, SpentBudget } from '../../ir/budget.ts';

const units: Readonly<Record<BudgetName, string>> = {
  wallClockSeconds: 's',
  agentConcurrency: 'programs at a time',
  cpuGpuComputeSeconds: 's of processors',
  sandboxMemoryBytes: 'bytes of memory',
  localDiskBytes: 'bytes on the disk',
  connectorCalls: 'calls out of the scenario',
  modelCalls: 'model calls',
  tokens: 'tokens of models',
};

export function spentText({ budget, profile, component, used, limit }: SpentBudget): string {
  // As long as there have been budgets.
  if (budget === 'wallClockSeconds') return `budget: ${limit} s are all that profile \`${profile}\` allows the run`;
  const who = component === undefined ? '' : `, the last of it by ${component}`;
  const all = `budget: ${limit} ${units[budget]} are all that profile \`${profile}\` allows (\`${budget}\`)`;
  return `${all}, and ${used} were used${who}`;
}
