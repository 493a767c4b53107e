import type { JsonValue } from '../../../base/json.ts';
import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/test.ts';
import type { Expectations, InterposerExpectation, PartName } from '../expect.ts';
import type { InterposerFact } from '../facts.ts';
import { mismatches } from '../partial.ts';
import { compare, isKnown, type Judging, policiesNamed, unmet } from '../report.ts';
import { noPlan } from './edges.ts';
import { judgeList } from './list.ts';

const shown = ({ moniker, policy, on }: InterposerFact): string =>
  `\`${moniker}\` by \`${policy.ref}\` of \`${policy.scope}\` on ${on.map((edge) => `\`${edge}\``).join(', ')}`;

const expected = ({ policy, moniker, on, reason, parts }: InterposerExpectation): string =>
  [
    ...(moniker ? [`\`${moniker.value}\``] : []),
    ...(policy ? [`by \`${policy.value}\``] : []),
    ...(on ? [`on ${on.edges.map(({ value }) => `\`${value}\``).join(', ')}`] : []),
    ...(reason ? [`with a reason ${reason.shown}`] : []),
    ...(parts.length > 0 ? [`with this ${parts.map(({ name }) => name).join(', ')}`] : []),
  ].join(' ');

const partOf = ({ component }: InterposerFact, name: PartName): JsonValue =>
  (name === 'config_schema' ? component.configSchema : component[name]) as unknown as JsonValue;

const sameEdges = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === new Set(b).size && a.every((edge) => b.includes(edge));

type Test = (fact: InterposerFact) => boolean;

/** Without its parts. */
function identityOf(ctx: Judging, item: InterposerExpectation): Test | undefined {
  const { policy, moniker, on, reason } = item;
  const { edges, result } = ctx.facts;
  const monikers = (result?.interposers ?? []).map((fact) => fact.moniker);
  const meant = policy && policiesNamed(ctx, policy);
  const known = [
    meant?.length !== 0,
    !moniker || isKnown(ctx, 'interposer', moniker, monikers),
    ...(on?.edges ?? []).map((edge) => isKnown(ctx, 'edge', edge, edges)),
  ];
  if (known.includes(false)) return undefined;
  const wanted = on?.edges.map(({ value }) => value);
  return (fact) =>
    (!meant || meant.includes(fact.policy)) &&
    (!moniker || moniker.value === fact.moniker) &&
    (!wanted || sameEdges(wanted, fact.on)) &&
    (!reason || reason.fits(fact.reason));
}

export function judgeInterposers(ctx: Judging, { interposers: list }: Expectations): void {
  if (!list) return;
  const { result } = ctx.facts;
  if (!result) {
    compare(ctx, false, list.range, { what: 'interposers', expected: 'those listed', found: noPlan });
    return;
  }
  const fits = (item: InterposerExpectation, fact: InterposerFact): boolean =>
    item.parts.every(({ name, node, path }) => mismatches(node, partOf(fact, name), path).length === 0);
  const told = new Set<InterposerFact>();
  judgeList<InterposerExpectation, InterposerFact>(ctx, {
    one: 'interposer',
    list,
    found: result.interposers,
    test: (item) => {
      const identity = identityOf(ctx, item);
      return identity && ((fact) => identity(fact) && fits(item, fact));
    },
    expected,
    shown,
    // One interposer is meant, and something in it differs: that is told instead of "none".
    explain: (item) => {
      const meant = result.interposers.filter((fact) => identityOf(ctx, item)?.(fact));
      const [only] = meant;
      if (!only || meant.length > 1) return false;
      told.add(only);
      for (const { name, node, path } of item.parts)
        for (const { range, help, path: where, ...rest } of mismatches(node, partOf(only, name), path))
          unmet(ctx, range, { what: `\`${where}\` of interposer \`${only.moniker}\``, ...rest }, { help });
      return true;
    },
    surplus: (fact) => {
      if (!told.has(fact))
        ctx.verdict.failures.push(
          D.unexpected({ what: 'an interposer', found: shown(fact) }, { at: at(ctx.file, list.range) }),
        );
    },
  });
}
