import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/test.ts';
import type { Expectations, FindingExpectation } from '../expect.ts';
import type { FindingFact } from '../facts.ts';
import { isKnown, type Judging, policiesNamed } from '../report.ts';
import { judgeList } from './list.ts';

const shown = ({ severity, message, code, edge, component, by }: FindingFact): string =>
  [
    severity,
    `\`${message}\``,
    ...(code === undefined ? [] : [`with code \`${code}\``]),
    ...(edge === undefined ? [] : [`on \`${edge}\``]),
    ...(component === undefined ? [] : [`on \`${component}\``]),
    `by \`${by.ref}\` of \`${by.scope}\``,
  ].join(' ');

const expected = ({ policy, severity, code, message, edge, component }: FindingExpectation): string =>
  [
    ...(severity ? [`of severity ${severity.value}`] : []),
    ...(message ? [message.shown] : []),
    ...(code ? [`with code \`${code.value}\``] : []),
    ...(edge ? [`on \`${edge.value}\``] : []),
    ...(component ? [`on \`${component.value}\``] : []),
    ...(policy ? [`by \`${policy.value}\``] : []),
  ].join(' ');

function testOf(ctx: Judging, item: FindingExpectation): ((fact: FindingFact) => boolean) | undefined {
  const { edges, components } = ctx.facts;
  const { policy, edge, component, severity, code, message } = item;
  const meant = policy && policiesNamed(ctx, policy);
  const known = [
    meant?.length !== 0,
    !edge || isKnown(ctx, 'edge', edge, edges),
    !component || isKnown(ctx, 'component', component, components),
  ];
  if (known.includes(false)) return undefined;
  return (fact) =>
    (!meant || meant.includes(fact.by)) &&
    (!severity || severity.value === fact.severity) &&
    (!code || code.value === fact.code) &&
    (!message || message.fits(fact.message)) &&
    (!edge || edge.value === fact.edge) &&
    (!component || component.value === fact.component);
}

export function judgeFindings(ctx: Judging, { findings }: Expectations): void {
  if (!findings) return;
  judgeList<FindingExpectation, FindingFact>(ctx, {
    one: 'finding',
    list: findings,
    found: ctx.facts.findings,
    test: (item) => testOf(ctx, item),
    expected,
    shown,
    surplus: (fact) =>
      ctx.verdict.failures.push(
        D.unexpected({ what: 'a finding', found: shown(fact) }, { at: at(ctx.file, findings.range) }),
      ),
  });
}
