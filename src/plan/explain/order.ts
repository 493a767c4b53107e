/** Which rule of the order of chains put an interposer where it is. */
import type { PlanOrigin } from '../../ir/plan-schema.ts';

type PolicyOrigin = Extract<PlanOrigin, { kind: 'policy' }>;

export interface OrderRule {
  readonly rule: 'only' | 'first' | 'side' | 'depth' | 'list' | 'answer';
  readonly text: string;
}

/** Components that own the two ends of an edge; null for what is outside. */
export interface Ends {
  readonly provider: string | null;
  readonly consumer: string | null;
}

type Side = 'provider' | 'both' | 'consumer';

const holding: Readonly<Record<Side, string>> = {
  provider: 'hold only the provider',
  both: 'hold provider and consumer',
  consumer: 'hold only the consumer',
};

const inside = (scope: string, moniker: string | null): boolean =>
  moniker !== null && (scope === '/' || moniker === scope || moniker.startsWith(`${scope}/`));

function sideOf(scope: string, { provider, consumer }: Ends): Side {
  if (!inside(scope, provider)) return 'consumer';
  return inside(scope, consumer) ? 'both' : 'provider';
}

const entryOf = (origin: PolicyOrigin): number => Number(origin.pointer.slice(origin.pointer.lastIndexOf('/') + 1)) + 1;

/** `chain` is from the provider on; `index` is the place of the one that is asked about. */
export function orderRule(chain: readonly PolicyOrigin[], index: number, ends: Ends): OrderRule {
  const [before, here, next] = [chain[index - 1], chain[index], chain[index + 1]];
  if (here && before) return relation(before, here, ends);
  if (here && next) return { rule: 'first', text: `nearest to the provider: ${relation(here, next, ends).text}` };
  return { rule: 'only', text: 'the only interposer of this edge' };
}

/** Why one comes before the other. */
function relation(before: PolicyOrigin, here: PolicyOrigin, ends: Ends): OrderRule {
  const [earlier, side] = [sideOf(before.scope, ends), sideOf(here.scope, ends)];
  if (side !== earlier)
    return { rule: 'side', text: `scopes that ${holding[earlier]} come before scopes that ${holding[side]}` };
  if (here.scope !== before.scope) {
    const first = side === 'consumer' ? 'outer' : 'inner';
    const text = `of scopes that ${holding[side]} the ${first} comes first: \`${before.scope}\` before \`${here.scope}\``;
    return { rule: 'depth', text };
  }
  if (here.pointer !== before.pointer) {
    const [a, b] = [`\`${before.policy}\` (entry ${entryOf(before)})`, `\`${here.policy}\` (entry ${entryOf(here)})`];
    return { rule: 'list', text: `the list of scope \`${here.scope}\` has ${a} before ${b}` };
  }
  const text = `in one answer the order of interpositions counts: ${before.interposition} before ${here.interposition}`;
  return { rule: 'answer', text };
}
