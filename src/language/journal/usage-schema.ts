/** What a journal says of budgets. */
import { type TObject, type TProperties, Type } from '@sinclair/typebox';
import { type BudgetUse, budgetNames, budgetWays } from '../../ir/budget.ts';

const record = <T extends TProperties>(fields: T): TObject<T> => Type.Object(fields, { additionalProperties: false });
const name = Type.Union(budgetNames.map((one) => Type.Literal(one)));
const amount = (description: string) => Type.Number({ minimum: 0, description });

/** Of a run that ended for it. */
export const spent = record({
  budget: name,
  profile: Type.String(),
  component: Type.Optional(Type.String({ description: 'who used the last of it, where it was one' })),
  used: amount('all of it, or more'),
  limit: amount('as the profile has it'),
});

const use = record({
  profile: Type.String(),
  budget: name,
  used: amount('the most at once of memory, disk and programs; else everything, over all processes of the run'),
  limit: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], { description: 'null where none is set' }),
  kept: Type.Union(budgetWays.map((one) => Type.Literal(one))),
  unmeasured: Type.Optional(Type.Integer({ minimum: 1, description: 'calls whose tokens nobody could count' })),
});

export const usageData = record({
  budgets: Type.Unsafe<readonly BudgetUse[]>(
    Type.Array(use, { description: 'totals, each in the place of what an earlier entry says of it' }),
  ),
});
