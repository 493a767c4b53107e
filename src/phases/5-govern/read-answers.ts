/** From what came of each question to answers that may be applied. */
import { digestOf } from '../../base/digest.ts';
import { invariant } from '../../base/invariant.ts';
import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Related } from '../../diagnostics/diagnostic.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Answer } from '../../ir/answer.ts';
import type { HeardAnswer, PolicyFinding } from '../../ir/governed.ts';
import type { Linked } from '../../ir/linked.ts';
import type { ProtocolVersion } from '../../ir/protocol.ts';
import { protocolBehind } from '../../language/program/endpoint-protocol.ts';
import { hideSecrets } from '../../language/secrets/hide.ts';
import type { PolicyOutcome } from '../../ports/policy-client.ts';
import { judgeAnswer } from './answer.ts';
import { answerDiagnostic } from './answer-diagnostic.ts';
import type { AnswerProblem } from './answer-problem.ts';
import { type Question, reportOutcome } from './ask.ts';
import { edgeNameOf, reportFindings } from './findings.ts';
import type { ScopeView } from './scope.ts';
import { type SecretText, secretsIn } from './secret-in-answer.ts';
import { validateAnswer } from './validate/validate-answer.ts';

/** What is known of one question in the end. */
export interface Reply {
  readonly question: Question;
  /** Absent for a policy in shadow that failed. */
  readonly said?: {
    readonly answer: Answer;
    readonly text: string;
    readonly protocol: ProtocolVersion;
    readonly digest: string;
    readonly findings: readonly PolicyFinding[];
  };
}

export interface ReadContext {
  readonly sink: Sink;
  /** Told of every answer that could be read. */
  readonly onAnswer?: (heard: HeardAnswer) => void;
  /** A policy in shadow must answer too. */
  readonly strict: boolean;
  /** What must not be in the answers, in the order of the questions. */
  readonly secrets: readonly (readonly SecretText[])[];
}

/** Every answer is read, so that all of their faults are reported together. Undefined after an error. */
export function readAnswers(
  linked: Linked,
  questions: readonly Question[],
  outcomes: readonly PolicyOutcome[],
  ctx: ReadContext,
): readonly Reply[] | undefined {
  // What one policy was given another may have been told.
  const hidden = ctx.secrets.flat().map(({ text }) => text);
  const hide = (text: string): string => (hidden.length === 0 ? text : hideSecrets(text, hidden));
  const replies = questions.map((question, index): Reply => {
    const heardOf = outcomes[index];
    invariant(heardOf, 'one outcome for each question');
    const outcome = heardOf.ok ? heardOf : withoutSecrets(heardOf, hide);
    const lenient = question.mode === 'shadow' && !ctx.strict;
    const sink = lenient ? shadowSink(question, ctx.sink) : ctx.sink;
    if (!outcome.ok) {
      reportOutcome(question, outcome, sink);
      return { question };
    }
    const { text, protocol = '1' } = outcome;
    const answer = readAnswer(linked, question, { text, protocol }, sink, hide);
    if (!answer) return { question };
    const leaked = secretsIn(text, ctx.secrets[index] ?? []);
    for (const path of leaked) {
      const about = { policy: question.entry.ref, scope: question.view.scope.moniker, path };
      // Also in shadow: the answer is kept.
      ctx.sink.report(D.secretInAnswer(about, { at: question.entry.at, label: 'answered by this policy' }));
    }
    if (leaked.length > 0) return { question };
    const findings = reportFindings(linked, question, answer, ctx.sink);
    const { selections } = outcome;
    ctx.onAnswer?.({ ...heard(linked, question, answer, findings), ...(selections ? { selections } : {}) });
    return { question, said: { answer, text, protocol, digest: digestOf(text), findings } };
  });
  return ctx.sink.hasErrors ? undefined : replies;
}

/** Nothing of a policy in shadow stops a compile. */
export function shadowSink({ entry, view }: Question, sink: Sink): Sink {
  return {
    ...sink,
    report: ({ code, message, at, label, related, help }) => {
      const about = { policy: entry.ref, scope: view.scope.moniker, code, message };
      sink.report(D.shadowFailed(about, { at, label, related, help }));
    },
  };
}

function heard(
  linked: Linked,
  { view, entry }: Question,
  answer: Answer,
  findings: readonly PolicyFinding[],
): HeardAnswer {
  const attached = new Set(answer.interpositions.flatMap(({ attachments }) => attachments.map(({ target }) => target)));
  const targets = [...view.targets.values()];
  const matched = targets.filter(({ id }) => attached.has(id));
  const nameOf = (target: (typeof targets)[number]): string => edgeNameOf(linked, target);
  return { scope: view.scope, entry, shown: targets.map(nameOf), matched: matched.map(nameOf), findings };
}

type Failed = Extract<PolicyOutcome, { ok: false }>;

/** What a policy wrote may be what it was given. */
function withoutSecrets(outcome: Failed, hide: (text: string) => string): Failed {
  const { message, help, stderrTail, bodyPreview } = outcome;
  return {
    ...outcome,
    message: hide(message),
    ...(help === undefined ? {} : { help: hide(help) }),
    ...(stderrTail === undefined ? {} : { stderrTail: hide(stderrTail) }),
    ...(bodyPreview === undefined ? {} : { bodyPreview: hide(bodyPreview) }),
  };
}

function readAnswer(
  linked: Linked,
  { view, entry }: Question,
  { text, protocol }: { readonly text: string; readonly protocol: ProtocolVersion },
  sink: Sink,
  hide: (text: string) => string,
): Answer | undefined {
  const about = { scope: view.scope.moniker, policy: entry.ref };
  const place = { at: entry.at, label: 'answered by this policy' };
  const space = linked.spaces[view.scope.component];
  invariant(space, 'a scope has a config space');
  const targets = new Map(
    [...view.targets].map(([id, target]) => {
      const item =
        target.edge.kind === 'edge' ? linked.graph.edges[target.edge.index] : linked.graph.exports[target.edge.index];
      invariant(item, 'a target stands for an edge or an export');
      const protocol = protocolBehind(linked.graph.components, item.from);
      return [id, { capability: item.capability, protocol }] as const;
    }),
  );
  const { answer, faulty, problems } = judgeAnswer(
    text,
    (said) => [
      ...unknownSubjects(view, said),
      ...validateAnswer({ answer: said, scope: { schema: space.schema, space }, targets }),
    ],
    protocol,
  );
  for (const problem of problems) {
    const related = targetOf(linked, view, faulty, problem);
    const { preview } = problem;
    const shown = preview === undefined ? problem : { ...problem, preview: hide(preview) };
    sink.report(answerDiagnostic(shown, about, { ...place, related }));
  }
  return answer;
}

/** Where the edge was written that a faulty attachment is meant for. */
function targetOf(
  linked: Linked,
  view: ScopeView,
  answer: Answer | undefined,
  problem: AnswerProblem,
): readonly Related[] {
  if (problem.interposition === undefined || problem.attachment === undefined) return [];
  const attachment = answer?.interpositions[problem.interposition]?.attachments[problem.attachment];
  const target = attachment && view.targets.get(attachment.target);
  if (!target) return [];
  const origins = target.edge.kind === 'edge' ? linked.origins.edges : linked.origins.exports;
  const origin = origins[target.edge.index];
  return origin ? [{ message: `edge ${target.id} of the request comes from here`, at: origin.at }] : [];
}

/** Findings speak of what the policy was shown, and of nothing else. */
function unknownSubjects(view: ScopeView, answer: Answer): readonly AnswerProblem[] {
  if (answer.findings.length === 0) return [];
  const shown = new Set(view.request.scope.components.map((component) => component.id));
  return answer.findings.flatMap((finding, index): readonly AnswerProblem[] => {
    const path = `findings[${index}]`;
    const problems: AnswerProblem[] = [];
    if (finding.edge !== undefined && !view.targets.has(finding.edge)) {
      problems.push({ rule: 'V11', path: `${path}.edge`, message: `the request has no edge ${finding.edge}` });
    }
    if (finding.component !== undefined && !shown.has(finding.component)) {
      problems.push({
        rule: 'V11',
        path: `${path}.component`,
        message: `the request has no component ${finding.component}`,
      });
    }
    return problems;
  });
}
