/** Lists of expectations are complete: every item fits as many things as it says, and every thing fits some item. */
import type { Range } from '../../../base/span.ts';
import type { List } from '../expect.ts';
import { compare, counted, type Judging, unmet } from '../report.ts';

export interface ListKind<E, F> {
  /** `finding` */
  readonly one: string;
  readonly list: List<E & { readonly count: number; readonly range: Range }>;
  readonly found: readonly F[];
  /** Undefined after an unknown name was told. */
  readonly test: (item: E) => ((fact: F) => boolean) | undefined;
  /** An expectation and a thing, for people. */
  readonly expected: (item: E) => string;
  readonly shown: (fact: F) => string;
  /** Tells of a thing that no item fits. */
  readonly surplus: (fact: F) => void;
  /** Tells more exactly why nothing fits an item; false when it has nothing to say. */
  readonly explain?: (item: E) => boolean;
}

const longestList = 6;

export function judgeList<E, F>(ctx: Judging, kind: ListKind<E, F>): void {
  const { list, found, one } = kind;
  const used = new Set<F>();
  let unknown = false;
  const failed = ctx.verdict.failures.length;
  // An empty list says that there is none, which was compared even when there is none.
  if (list.items.length === 0) ctx.verdict.compared++;
  for (const item of list.items) {
    const test = kind.test(item);
    if (!test) {
      unknown = true;
      continue;
    }
    const fitting = found.filter(test);
    for (const fact of fitting) used.add(fact);
    if (fitting.length === 0 && kind.explain?.(item)) {
      ctx.verdict.compared++;
      continue;
    }
    const told = {
      what: `${one}s ${kind.expected(item)}`,
      expected: String(item.count),
      found: fitting.length === 0 ? `none${among(kind)}` : counted(fitting.length, one),
    };
    compare(ctx, fitting.length === item.count, item.range, told);
  }
  // With a name that means nothing, it is not known what is left over.
  if (unknown) return;
  for (const fact of found) if (!used.has(fact)) kind.surplus(fact);
  const wanted = list.items.reduce((sum, { count }) => sum + count, 0);
  if (ctx.verdict.failures.length > failed || wanted === found.length) return;
  // Every item is content: so two of them mean the same thing.
  const told = { what: `${one}s in all`, expected: String(wanted), found: counted(found.length, one) };
  unmet(ctx, list.range, told, { help: 'two items fit the same one; say more in each, or give one a `count`' });
}

function among<E, F>({ found, shown, one }: ListKind<E, F>): string {
  if (found.length === 0) return `; there is no ${one} at all`;
  const more = found.length > longestList ? ` and ${found.length - longestList} more` : '';
  return `; there is ${found.slice(0, longestList).map(shown).join(', ')}${more}`;
}
