import type { Location } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Answer } from '../../ir/answer.ts';
import type { PolicyFinding } from '../../ir/governed.ts';
import type { Linked } from '../../ir/linked.ts';
import type { Question } from './ask.ts';

/** A policy's findings become diagnostics at the edge or component that they are about, or at the list entry. */
export function reportFindings(
  linked: Linked,
  question: Question,
  answer: Answer,
  sink: Sink,
): readonly PolicyFinding[] {
  const about = { policy: question.entry.ref, scope: question.view.scope.moniker };
  return answer.findings.map((finding) => {
    const target = finding.edge === undefined ? undefined : question.view.targets.get(finding.edge);
    const component = finding.component === undefined ? undefined : linked.graph.components[finding.component];
    const origin =
      target?.edge.kind === 'edge'
        ? linked.origins.edges[target.edge.index]
        : target
          ? linked.origins.exports[target.edge.index]
          : component && linked.origins.components[component.id];
    report(finding.severity, { ...about, message: finding.message }, origin?.at, question, sink);
    const edge =
      target?.edge.kind === 'edge'
        ? linked.graph.edges[target.edge.index]?.id
        : target && `exports.${linked.graph.exports[target.edge.index]?.name}`;
    return {
      severity: finding.severity,
      message: finding.message,
      ...(finding.code === undefined ? {} : { code: finding.code }),
      ...(edge === undefined ? {} : { edge }),
      ...(component === undefined ? {} : { component: component.moniker }),
    };
  });
}

function report(
  severity: PolicyFinding['severity'],
  args: { readonly policy: string; readonly scope: string; readonly message: string },
  place: Location | undefined,
  question: Question,
  sink: Sink,
): void {
  const definition = severity === 'error' ? D.findingError : severity === 'warning' ? D.findingWarning : D.findingInfo;
  const named = { message: 'the policy is named here', at: question.entry.at };
  sink.report(definition(args, place ? { at: place, related: [named] } : { at: question.entry.at }));
}
