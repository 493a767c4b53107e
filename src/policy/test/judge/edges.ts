import type { Expectations } from '../expect.ts';
import type { InterposerFact } from '../facts.ts';
import { compare, hopTest, isKnown, type Judging } from '../report.ts';

export const noPlan = 'no plan, because the compile failed';
const nobody = 'no interposer';

export const chainShown = (chain: readonly InterposerFact[]): string =>
  chain.length === 0 ? nobody : chain.map(({ policy, moniker }) => `\`${policy.ref}\` (${moniker})`).join(' → ');

export function judgeEdges(ctx: Judging, { edges }: Expectations): void {
  const { facts } = ctx;
  for (const { edge, range, chain, chainRange } of edges) {
    if (!isKnown(ctx, 'edge', { value: edge, range }, facts.edges) && facts.linked) continue;
    const tests = chain.map((hop) => hopTest(ctx, hop));
    if (tests.includes(undefined) && facts.linked) continue;
    const what = `interposers of \`${edge}\``;
    const expected =
      chain.length === 0
        ? nobody
        : chain.map(({ value, scope }) => `\`${value}\`${scope ? ` of \`${scope.value}\`` : ''}`).join(' → ');
    const found = facts.result?.chains.get(edge) ?? [];
    const holds =
      facts.result !== undefined &&
      found.length === chain.length &&
      found.every((interposer, index) => tests[index]?.(interposer) === true);
    compare(ctx, holds, chainRange, { what, expected, found: facts.result ? chainShown(found) : noPlan });
  }
}

export function judgeUntouched(ctx: Judging, { edges, untouched }: Expectations): void {
  if (!untouched) return;
  const { facts } = ctx;
  const { range } = untouched;
  if (untouched.edges !== 'others') {
    for (const name of untouched.edges) {
      if (isKnown(ctx, 'edge', name, facts.edges) || !facts.linked) checkUntouched(ctx, name.value, name.range);
    }
    return;
  }
  const named = new Set(edges.map(({ edge }) => edge));
  const others = facts.edges.filter((edge) => !named.has(edge));
  if (others.length === 0)
    compare(ctx, false, range, {
      what: 'other edges',
      expected: 'some that no interposer is on',
      found: 'none at all',
    });
  for (const edge of others) checkUntouched(ctx, edge, range);
}

function checkUntouched(ctx: Judging, edge: string, range: { readonly start: number; readonly end: number }): void {
  const { result } = ctx.facts;
  const found = result?.chains.get(edge) ?? [];
  const what = `interposers of \`${edge}\``;
  const told = { what, expected: nobody, found: result ? chainShown(found) : noPlan };
  compare(ctx, result !== undefined && found.length === 0, range, told);
}
