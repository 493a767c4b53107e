/** How a run can end. Apart from the gate, which commands that judge nothing do not load. */
import type { Blocked } from '../../ir/blocked.ts';
import type { SpentBudget } from '../../ir/budget.ts';

/** By what a run that is COMPLETE was judged: by the ends of programs alone, unless probes passed that it requires. */
export type CompletionBasis = 'no_probes_declared' | 'no_probes_required' | 'probes_passed';

/** How a run can end, and what it means for whoever started it. */
export type Outcome =
  | { readonly state: 'COMPLETE'; readonly basis: CompletionBasis }
  | { readonly state: 'BLOCKED'; readonly blocked: readonly Blocked[] }
  | { readonly state: 'FAILED'; readonly reasons: readonly string[] }
  | { readonly state: 'CANCELLED'; readonly reason: string /** That ran out. */; readonly budget?: SpentBudget };

export const exitCodeOf: Readonly<Record<Outcome['state'], number>> = {
  COMPLETE: 0,
  BLOCKED: 3,
  FAILED: 4,
  CANCELLED: 5,
};
