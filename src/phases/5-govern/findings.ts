import type { Location } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Answer, Finding } from '../../ir/answer.ts';
import type { PolicyFinding } from '../../ir/governed.ts';
import type { Linked } from '../../ir/linked.ts';
import type { Question } from './ask.ts';
import type { Target } from './scope.ts';

/** A policy's findings become diagnostics at the edge or component that they are about, or at the list entry. */
export function reportFindings(
  linked: Linked,
  question: Question,
  answer: Answer,
  sink: Sink,
): readonly PolicyFinding[] {
  return answer.findings.map((finding) => {
    const target = finding.edge === undefined ? undefined : question.view.targets.get(finding.edge);
    const component = finding.component === undefined ? undefined : linked.graph.components[finding.component];
    const origin = target ? originOf(linked, target) : component && linked.origins.components[component.id];
    const severity = counted(finding.severity, question.mode);
    sink.report(diagnosticOf(finding, severity, origin?.at, question));
    const edge = target && edgeNameOf(linked, target);
    return {
      severity,
      ...(finding.severity === severity || finding.severity === 'info' ? {} : { said: finding.severity }),
      message: finding.message,
      ...(finding.code === undefined ? {} : { code: finding.code }),
      ...(edge === undefined ? {} : { edge }),
      ...(component === undefined ? {} : { component: component.moniker }),
    };
  });
}

const originOf = ({ origins }: Linked, { edge }: Target): Linked['origins']['edges'][number] | undefined =>
  edge.kind === 'edge' ? origins.edges[edge.index] : origins.exports[edge.index];

/** Id of an edge, or `exports.NAME`. */
export const edgeNameOf = ({ graph }: Pick<Linked, 'graph'>, { edge }: Target): string =>
  edge.kind === 'edge' ? (graph.edges[edge.index]?.id ?? '') : `exports.${graph.exports[edge.index]?.name}`;

function counted(said: Finding['severity'], mode: Question['mode']): Finding['severity'] {
  if (mode === 'shadow') return 'info';
  return mode === 'warn' && said === 'error' ? 'warning' : said;
}

function diagnosticOf(
  finding: Finding,
  severity: Finding['severity'],
  place: Location | undefined,
  { entry, view, mode, setting }: Question,
): Diagnostic {
  const code = finding.code === undefined ? '' : ` [${finding.code}]`;
  const args = { policy: entry.ref, scope: view.scope.moniker, message: `${finding.message}${code}` };
  const named = { message: 'the policy is named here', at: entry.at };
  const at = place ? { at: place, related: [named] } : { at: entry.at };
  const diagnostic =
    mode === 'shadow'
      ? D.findingShadow({ ...args, severity: finding.severity }, at)
      : severity === 'error'
        ? D.findingError(args, at)
        : severity === 'info'
          ? D.findingInfo(args, at)
          : D.findingWarning(args, finding.severity === 'error' ? { ...at, help: whyWarning(setting?.name) } : at);
  return { ...diagnostic, rule: ruleOf(entry.ref, finding.code) };
}

const whyWarning = (name = ''): string =>
  `for the policy it is an error; it counts as a warning because the settings have \`${name}\` in mode \`warn\``;

/** `audit.record/no-images`: whose rule it is, in characters that any tool takes. */
function ruleOf(ref: string, code: string | undefined): string {
  const plain = (text: string): string => text.replace(/[^\w.-]+/g, '-').slice(0, 80);
  return [ref.replace(/^#/, ''), ...(code === undefined ? [] : [code])].map(plain).join('/');
}
