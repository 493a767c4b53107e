import type { Amount, Expectations } from '../expect.ts';
import type { PolicyFact } from '../facts.ts';
import { compare, counted, isKnown, type Judging, policiesNamed } from '../report.ts';

export function judgePolicies(ctx: Judging, { policies }: Expectations): void {
  for (const { policy, shown, matched } of policies) {
    for (const fact of policiesNamed(ctx, policy)) {
      const { heard } = fact;
      if (shown) judgeAmount(ctx, fact, 'edges shown to', shown, heard?.shown);
      if (matched) judgeAmount(ctx, fact, 'edges matched by', matched, heard?.matched);
    }
  }
}

function judgeAmount(
  ctx: Judging,
  { ref, scope }: PolicyFact,
  verb: string,
  amount: Amount,
  found: readonly string[] | undefined,
): void {
  const what = `${verb} \`${ref}\` of \`${scope}\``;
  if ('count' in amount) {
    const told = { what, expected: String(amount.count), found: found ? String(found.length) : 'no answer' };
    compare(ctx, found?.length === amount.count, amount.range, told);
    return;
  }
  const known = amount.edges.map((edge) => isKnown(ctx, 'edge', edge, ctx.facts.edges));
  if (known.includes(false)) return;
  const wanted = amount.edges.map(({ value }) => value);
  const holds = found !== undefined && found.length === wanted.length && wanted.every((edge) => found.includes(edge));
  compare(ctx, holds, amount.range, {
    what,
    expected: edgesShown(wanted),
    found: found ? edgesShown(found) : 'no answer',
  });
}

const longest = 12;
function edgesShown(edges: readonly string[]): string {
  if (edges.length === 0) return counted(0, 'edge');
  const more = edges.length > longest ? ` and ${edges.length - longest} more` : '';
  return `${edges
    .slice(0, longest)
    .map((edge) => `\`${edge}\``)
    .join(', ')}${more}`;
}
