/** What the profiles of a run have used up, and what they may. Counts, and knows nothing of how it is counted. */
import type { BudgetName, BudgetUse, BudgetWay, SpentBudget } from '../../ir/budget.ts';
import type { PlannedBudget } from '../../plan/profiles/budgets.ts';

export interface Ledger {
  /** Adds to what was used. */
  readonly add: (to: Account, amount: number) => void;
  /** What is held now under a key: the most that all keys hold together is what counts as used. */
  readonly hold: (to: Account, key: string, amount: number) => void;
  /** Whether it may have so much more. Nothing is counted where it may not, and then its budget has run out. */
  readonly admit: (to: Account, amount: number) => boolean;
  /** It has met the limit, whatever was counted. */
  readonly exhaust: (to: Account) => void;
  /** The first that ran out. */
  readonly spent: () => SpentBudget | undefined;
  readonly limitOf: (profile: string, budget: BudgetName) => number | undefined;
  readonly unmeasured: (profile: string, calls: number) => void;
  readonly kept: (profile: string, budget: BudgetName, way: BudgetWay) => void;
  /** Every budget that is set, and what was counted besides; by profile, and in the order of the names. */
  readonly rows: () => readonly BudgetUse[];
}

export interface Account {
  readonly profile: string;
  readonly budget: BudgetName;
  /** Who uses it. */
  readonly component?: string;
}

interface Line {
  readonly profile: string;
  readonly budget: BudgetName;
  readonly limit: number | null;
  kept: BudgetWay;
  used: number;
  readonly held: Map<string, number>;
  unmeasured: number;
}

/** `before` is what earlier processes of the run wrote down. Who is `unsupported` is never out of anything. */
export function createLedger(planned: readonly PlannedBudget[], before: Iterable<BudgetUse>): Ledger {
  const lines = new Map<string, Line>();
  const keyOf = (profile: string, budget: BudgetName): string => `${profile} ${budget}`;
  for (const { profile, budget, limit, kept } of planned)
    lines.set(keyOf(profile, budget), { profile, budget, limit, kept, used: 0, held: new Map(), unmeasured: 0 });
  const lineOf = ({ profile, budget }: Pick<Account, 'profile' | 'budget'>): Line => {
    const key = keyOf(profile, budget);
    const known = lines.get(key);
    if (known) return known;
    const line = { profile, budget, limit: null, kept: 'metered' as const, used: 0, held: new Map(), unmeasured: 0 };
    lines.set(key, line);
    return line;
  };
  for (const { profile, budget, used, unmeasured = 0 } of before) {
    const line = lineOf({ profile, budget });
    line.used = used;
    line.unmeasured = unmeasured;
  }
  let spent: SpentBudget | undefined;
  const out = ({ used, limit, profile, budget, kept }: Line, component: string | undefined): void => {
    if (limit === null || kept === 'unsupported') return;
    spent ??= { budget, profile, ...(component === undefined ? {} : { component }), used: rounded(used), limit };
  };
  return {
    add: (to, amount) => {
      const line = lineOf(to);
      line.used += amount;
      // The last token is to be had; of time there is nothing left when all of it is gone.
      const isOut =
        to.budget === 'tokens' ? line.used > (line.limit ?? Infinity) : line.used >= (line.limit ?? Infinity);
      if (isOut) out(line, to.component);
    },
    hold: (to, key, amount) => {
      const line = lineOf(to);
      line.held.set(key, amount);
      let now = 0;
      for (const held of line.held.values()) now += held;
      line.used = Math.max(line.used, now);
      if (line.limit === null) return;
      // A file system that is full refuses more, so that nothing ever goes beyond it.
      const isOut = to.budget === 'localDiskBytes' ? now >= line.limit : now > line.limit;
      if (isOut) out({ ...line, used: now }, to.component);
    },
    admit: (to, amount) => {
      const line = lineOf(to);
      if (line.limit !== null && line.kept !== 'unsupported' && line.used + amount > line.limit) {
        out(line, to.component);
        return false;
      }
      line.used += amount;
      return true;
    },
    exhaust: (to) => {
      const line = lineOf(to);
      line.used = Math.max(line.used, line.limit ?? 0);
      out(line, to.component);
    },
    spent: () => spent,
    limitOf: (profile, budget) => lines.get(keyOf(profile, budget))?.limit ?? undefined,
    unmeasured: (profile, calls) => {
      lineOf({ profile, budget: 'tokens' }).unmeasured += calls;
    },
    kept: (profile, budget, way) => {
      const line = lines.get(keyOf(profile, budget));
      // Of what others of the profile take nobody knows anything.
      if (line && line.kept !== 'unsupported') line.kept = way;
    },
    rows: () =>
      [...lines.values()].map(({ profile, budget, used, limit, kept, unmeasured }) => ({
        profile,
        budget,
        used: rounded(used),
        limit,
        kept,
        ...(unmeasured > 0 ? { unmeasured } : {}),
      })),
  };
}

/** Seconds to a thousandth; everything else is whole. */
const rounded = (amount: number): number => Math.round(amount * 1000) / 1000;
