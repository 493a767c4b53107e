/** The budgets of a profile: what they are called, how each is kept, and what is known of their use. */

export const budgetNames = [
  'wallClockSeconds',
  'agentConcurrency',
  'cpuGpuComputeSeconds',
  'sandboxMemoryBytes',
  'localDiskBytes',
  'connectorCalls',
  'modelCalls',
  'tokens',
] as const;
export type BudgetName = (typeof budgetNames)[number];

export const budgetWays = ['enforced', 'metered', 'unsupported'] as const;
/** `enforced`: nothing goes beyond it. `metered`: it is counted, and what goes beyond it ends the run. `unsupported`: nobody counts. */
export type BudgetWay = (typeof budgetWays)[number];

/** One budget of one profile in a run. */
export interface BudgetUse {
  readonly profile: string;
  readonly budget: BudgetName;
  /** Of memory, disk and agents the most that there was at once; of everything else all that was used, over all processes of the run. */
  readonly used: number;
  /** Null where none is set, and something was counted all the same. */
  readonly limit: number | null;
  readonly kept: BudgetWay;
  /** Calls of models whose tokens nobody could count. */
  readonly unmeasured?: number;
}

/** The budget that ran out, and ended a run. */
export interface SpentBudget {
  readonly budget: BudgetName;
  readonly profile: string;
  /** The component that used the last of it, where it was one. */
  readonly component?: string;
  readonly used: number;
  readonly limit: number;
}
