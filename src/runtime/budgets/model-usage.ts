/** What an interposer on the way to a model tells its run: calls before they go on, and tokens when they are known. */
import type { Ledger } from './ledger.ts';

export interface UsageReport {
  /** Id of the edge; of an interposer that sits on one, that one unless given. */
  readonly edge?: string;
  /** Calls that are to be made now. */
  readonly calls?: number;
  /** Tokens that a call took, in both directions. */
  readonly tokens?: number;
  /** Calls that were made, and whose tokens nobody can tell. */
  readonly unmeasured?: number;
}

export type UsageAnswer =
  /** `left`: what there is after that; null for no limit. */
  | { readonly left: { readonly modelCalls: number | null; readonly tokens: number | null } }
  | { readonly refused: 'edge' | 'over' }
  | { readonly refused: 'budget'; readonly budget: 'modelCalls' | 'tokens'; readonly limit: number };

/** `edges` are those on which it sits, each with who wants it. */
export function reportUsage(
  { edge, calls = 0, tokens = 0, unmeasured = 0 }: UsageReport,
  edges: readonly { readonly id: string; readonly consumer: string }[],
  ledger: Ledger,
  profileOf: (moniker: string) => string,
): UsageAnswer {
  const found = edge === undefined ? (edges.length === 1 ? edges[0] : undefined) : edges.find(({ id }) => id === edge);
  if (!found) return { refused: 'edge' };
  const { consumer: component } = found;
  const profile = profileOf(component);
  if (tokens > 0) ledger.add({ profile, budget: 'tokens', component }, tokens);
  if (unmeasured > 0) ledger.unmeasured(profile, unmeasured);
  const refused = calls > 0 ? refusedFor(calls, profile, component, ledger) : undefined;
  if (refused) return refused;
  const used = new Map(
    ledger.rows().flatMap((row) => (row.profile === profile ? [[row.budget as string, row.used] as const] : [])),
  );
  const leftOf = (budget: 'modelCalls' | 'tokens'): number | null => {
    const limit = ledger.limitOf(profile, budget);
    return limit === undefined ? null : Math.max(0, limit - (used.get(budget) ?? 0));
  };
  return { left: { modelCalls: leftOf('modelCalls'), tokens: leftOf('tokens') } };
}

function refusedFor(calls: number, profile: string, component: string, ledger: Ledger): UsageAnswer | undefined {
  // Nobody knows what a call will take, and it takes one at least.
  for (const [budget, amount] of [
    ['tokens', 0],
    ['modelCalls', calls],
  ] as const) {
    const account = { profile, budget, component };
    const isAdmitted = budget === 'tokens' ? hasTokens(ledger, account) : ledger.admit(account, amount);
    if (!isAdmitted) return { refused: 'budget', budget, limit: ledger.limitOf(profile, budget) ?? 0 };
  }
  return undefined;
}

/** Nothing of it is taken. */
function hasTokens(ledger: Ledger, account: Parameters<Ledger['admit']>[0]): boolean {
  if (ledger.limitOf(account.profile, 'tokens') === undefined) return true;
  if (!ledger.admit(account, 1)) return false;
  ledger.add(account, -1);
  return true;
}
