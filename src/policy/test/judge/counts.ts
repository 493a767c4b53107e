import type { CountName, Expectations } from '../expect.ts';
import type { Facts } from '../facts.ts';
import { compare, type Judging } from '../report.ts';

/** Undefined where it cannot be known. */
const counts: Readonly<Record<CountName, (facts: Facts) => number | undefined>> = {
  components: ({ result, components }) => (result ? components.length : undefined),
  edges: ({ linked, edges }) => (linked ? edges.length : undefined),
  touched: ({ result }) => result?.chains.size,
  interposers: ({ result }) => result?.interposers.length,
  findings: ({ linked, findings }) => (linked ? findings.length : undefined),
  errors: ({ errors }) => errors.length,
  warnings: ({ warnings }) => warnings.length,
};

export function judgeCounts(ctx: Judging, { counts: expected }: Expectations, broken: boolean): void {
  for (const { name, range, value } of expected) {
    if (broken && name !== 'errors' && name !== 'warnings') continue;
    const found = counts[name](ctx.facts);
    const told = { what: `number of ${name}`, expected: String(value) };
    compare(ctx, found === value, range, { ...told, found: found === undefined ? 'no plan' : String(found) });
  }
}
