/**
 * Phase 5, govern. In: the linked scenario. Out: the graph with the interposers of all policies spliced in, and a record of every
 * answer. Build what each scope sees (pure), ask (the only IO, through `PolicyClient`), validate (pure), rewrite (pure), check
 * again. Every policy of every scope sees the graph as it was linked; nothing is applied unless every answer is good.
 */
import { digestOf } from '../../base/digest.ts';
import { invariant } from '../../base/invariant.ts';
import type { Related } from '../../diagnostics/diagnostic.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Answer } from '../../ir/answer.ts';
import type { Governed, PolicyFinding, PolicyRecord } from '../../ir/governed.ts';
import type { Linked, PolicyEntry } from '../../ir/linked.ts';
import { loadSyntax } from '../../language/syntax/parse.ts';
import type { PolicyClient, PolicyLimits, PolicyOutcome } from '../../ports/policy-client.ts';
import { decodeAnswer } from './answer.ts';
import { answerDiagnostic } from './answer-diagnostic.ts';
import type { AnswerProblem } from './answer-problem.ts';
import { type Question, reportOutcome, toAsk } from './ask.ts';
import { reportFindings } from './findings.ts';
import { type RootConfigInput, toProcesses } from './processes.ts';
import { recheck } from './recheck.ts';
import { type Application, rewrite } from './rewrite.ts';
import { type ScopeView, viewScope } from './scope.ts';
import { validateAnswer } from './validate/validate-answer.ts';

export interface GovernContext {
  readonly client: PolicyClient;
  readonly rootConfig: RootConfigInput;
  /** Policies that run already: `use` name, `<scope>/<use>` or reference → URL. */
  readonly running: Readonly<Record<string, string>>;
  readonly limits: PolicyLimits;
  readonly sink: Sink;
  /** Runs a step and measures it, if anybody wants to know. */
  readonly time: <T>(step: 'ask' | 'validate' | 'rewrite', run: () => T | Promise<T>) => Promise<T>;
}

export async function govern(linked: Linked, ctx: GovernContext): Promise<Governed | undefined> {
  const questions = toQuestions(linked, ctx.running);
  if (questions.length === 0) return { ...linked, policies: [] };
  const outcomes = await askAll(linked, questions, ctx);
  if (!outcomes) return undefined;
  await loadSyntax('json5');
  const { applications, findings } = await ctx.time('validate', () =>
    readAnswers(linked, questions, outcomes, ctx.sink),
  );
  if (ctx.sink.hasErrors) return undefined;
  const rewritten = await ctx.time('rewrite', () => {
    const result = rewrite(linked, applications);
    recheck(result, linked.graph, ctx.sink);
    return result;
  });
  if (ctx.sink.hasErrors) return undefined;
  const policies = applications.map((application, index): PolicyRecord => {
    const question = questions[index] as Question;
    const targets = application.answer.interpositions.flatMap((i) => i.attachments.map((a) => a.target));
    return {
      scope: application.view.scope,
      entry: application.entry,
      requestDigest: application.view.requestDigest,
      answerDigest: application.answerDigest,
      edgesShown: application.view.targets.size,
      edgesMatched: new Set(targets).size,
      interposers: rewritten.inserted[index] ?? [],
      findings: findings[index] ?? [],
      sandbox: question.url === undefined ? ctx.client.sandbox : 'running',
    };
  });
  const { graph, origins, spaces } = rewritten;
  return { graph, origins, spaces, rootSchema: linked.rootSchema, policies };
}

interface Read {
  readonly applications: readonly Application[];
  readonly findings: readonly (readonly PolicyFinding[])[];
}

/** Every answer is read, so that all of their faults are reported together. */
function readAnswers(
  linked: Linked,
  questions: readonly Question[],
  outcomes: readonly PolicyOutcome[],
  sink: Sink,
): Read {
  const applications: Application[] = [];
  const findings: (readonly PolicyFinding[])[] = [];
  for (const [index, question] of questions.entries()) {
    const outcome = outcomes[index];
    invariant(outcome, 'one outcome for each question');
    if (!outcome.ok) {
      reportOutcome(question, outcome, sink);
      continue;
    }
    const answer = readAnswer(linked, question, outcome.text, sink);
    if (!answer) continue;
    findings.push(reportFindings(linked, question, answer, sink));
    applications.push({ ...question, answer, answerDigest: digestOf(outcome.text) });
  }
  return { applications, findings };
}

/** Scope order, then list order: the order in which answers are applied. */
function toQuestions(linked: Linked, running: GovernContext['running']): readonly Question[] {
  return linked.scopes.flatMap((scope) => {
    const view = viewScope(linked.graph, scope);
    return scope.entries.map((entry, listIndex): Question => {
      const url = [entry.ref, entry.display, entry.use]
        .map((name) => (Object.hasOwn(running, name) ? running[name] : undefined))
        .find((u) => u !== undefined);
      return { view, entry, listIndex, ...(url === undefined ? {} : { url }) };
    });
  });
}

async function askAll(
  linked: Linked,
  questions: readonly Question[],
  ctx: GovernContext,
): Promise<readonly PolicyOutcome[] | undefined> {
  const wanted = questions.filter((q) => q.url === undefined).map((q) => ({ scope: q.view.scope, entry: q.entry }));
  const processes = toProcesses(linked, wanted, ctx.rootConfig, ctx.sink);
  if (ctx.sink.hasErrors) return undefined;
  const monikerOf = (entry: PolicyEntry): string => linked.policies.graph.components[entry.component]?.moniker ?? '';
  const asks = questions.map((question, index) => toAsk(question, index, monikerOf));
  return ctx.time('ask', () => ctx.client.ask(processes, asks, ctx.limits));
}

function readAnswer(linked: Linked, { view, entry }: Question, text: string, sink: Sink): Answer | undefined {
  const about = { scope: view.scope.moniker, policy: entry.ref };
  const place = { at: entry.at, label: 'answered by this policy' };
  const decoded = decodeAnswer(text);
  const space = linked.spaces[view.scope.component];
  invariant(space, 'a scope has a config space');
  const targets = new Map(
    [...view.targets].map(([id, target]) => {
      const item =
        target.edge.kind === 'edge' ? linked.graph.edges[target.edge.index] : linked.graph.exports[target.edge.index];
      invariant(item, 'a target stands for an edge or an export');
      return [id, { capability: item.capability }] as const;
    }),
  );
  const problems = decoded.answer
    ? [
        ...decoded.problems,
        ...unknownSubjects(view, decoded.answer),
        ...validateAnswer({ answer: decoded.answer, scope: { schema: space.schema, space }, targets }),
      ]
    : decoded.problems;
  for (const problem of problems) {
    const related = targetOf(linked, view, decoded.answer, problem);
    sink.report(answerDiagnostic(problem, about, { ...place, related }));
  }
  return problems.length === 0 ? decoded.answer : undefined;
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
