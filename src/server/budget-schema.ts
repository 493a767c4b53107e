/** What a run's own interface says of budgets. */
import { Type } from '@sinclair/typebox';
import { budgetNames, budgetWays } from '../ir/budget.ts';
import { list, literals, nullable, optional, text } from '../ir/wire-build.ts';

export const budgetsTold = {
  budgets: optional(
    list(
      Type.Object({
        profile: Type.String(),
        budget: literals(budgetNames, 'which'),
        used: Type.Number({
          minimum: 0,
          description: 'the most at once of memory, disk and programs; else everything',
        }),
        limit: nullable(Type.Number({ minimum: 0 }), 'null where none is set'),
        kept: literals(budgetWays, 'how'),
        unmeasured: optional(Type.Integer({ minimum: 1, description: 'calls whose tokens nobody could count' })),
      }),
      'what the profiles may use up, and what they have used, as it was written down last; absent where there is nothing to tell',
    ),
  ),
  spent: optional(
    Type.Object(
      {
        budget: literals(budgetNames, 'which'),
        profile: Type.String(),
        component: optional(text('who used the last of it, where it was one')),
        used: Type.Number({ minimum: 0 }),
        limit: Type.Number({ minimum: 0 }),
      },
      { description: 'the budget that ended it' },
    ),
  ),
};
