import { printable } from '../diagnostics/render/width.ts';
import type { RunStatus } from '../runtime/status.ts';
import { table } from './table.ts';

/** Nothing where there are none. */
export const budgetTable = (budgets: NonNullable<RunStatus['budgets']>): string =>
  budgets.length === 0
    ? ''
    : table([
        ['PROFILE', 'BUDGET', 'USED', 'LIMIT', 'KEPT'],
        ...budgets.map(({ profile, budget, used, limit, kept, unmeasured }) => [
          printable(profile),
          budget,
          `${used}${unmeasured === undefined ? '' : `, and ${unmeasured} calls unmeasured`}`,
          limit === null ? '-' : String(limit),
          kept,
        ]),
      ]);
