import { invariant } from '../../../base/invariant.ts';
import * as D from '../../../diagnostics/catalogue/verify.ts';
import type { Related } from '../../../diagnostics/diagnostic.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Graph, Origin } from '../../../ir/graph.ts';
import { type AppliedAnswer, obligationsOfAnswers } from '../../../plan/prove/from-answers.ts';
import { linksOfGraph } from '../../../plan/prove/from-graph.ts';
import type { Obligation } from '../../../plan/prove/obligation.ts';
import { prove, type Violation } from '../../../plan/prove/prove.ts';
import type { Application, Rewritten } from '../rewrite.ts';

type Bypass = Exclude<Violation, { kind: 'broken' | 'unexpected' }>;

/** What was applied, in the words of the proof. */
export const appliedAnswers = (applications: readonly Application[], rewritten: Rewritten): readonly AppliedAnswer[] =>
  applications.map((application, index) => ({
    scope: application.view.scope.component,
    listIndex: application.listIndex,
    interpositions: application.answer.interpositions.map((item, n) => ({
      interposer: rewritten.inserted[index]?.[n] ?? '?',
      attachments: item.attachments.map((attachment) => {
        const target = application.view.targets.get(attachment.target);
        invariant(target, 'a validated attachment names an edge of its request');
        return { on: target.edge, slot: attachment.interposerSlot, provide: attachment.interposerProvide };
      }),
    })),
  }));

/**
 * Proves of a rewritten graph that every edge goes through its interposers, in order, and that there is no other way. A link too
 * few or too many is a fault of the rewrite. What is left is the doing of answers: an interposer that takes several edges at one
 * provide may hand any of them to any consumer.
 */
export function proveRewrite(
  before: Graph,
  applications: readonly Application[],
  rewritten: Rewritten,
  sink: Sink,
): void {
  if (rewritten.graph === before) return;
  const obligations = obligationsOfAnswers(before, appliedAnswers(applications, rewritten));
  for (const violation of prove(obligations, linksOfGraph(rewritten.graph), { exact: true })) {
    invariant(violation.kind !== 'broken', `every hop of a chain is in the graph: ${JSON.stringify(violation)}`);
    invariant(violation.kind !== 'unexpected', `every edge belongs to a chain: ${JSON.stringify(violation)}`);
    report(violation, obligations, rewritten, sink);
  }
}

function report(
  violation: Bypass,
  obligations: readonly Obligation[],
  { graph, origins }: Rewritten,
  sink: Sink,
): void {
  const byMoniker = (moniker: string): Origin | undefined =>
    origins.components[graph.components.findIndex((c) => c.moniker === moniker)];
  const path = violation.kind === 'undecided' ? [violation.source, '…', violation.target] : violation.path;
  const promised =
    obligations.find(({ edge }) => edge === violation.edges[0])?.chain.map((hop) => hop.interposer) ?? [];
  const missing = violation.kind === 'bypass' ? violation.missing : promised;
  const left = byMoniker(missing[0] ?? '');
  const sharing = promised.find((moniker) => !missing.includes(moniker));
  const other = sharing === undefined ? undefined : byMoniker(sharing);
  // The last hop keeps the origin of the edge.
  const hop = graph.edges.findLastIndex((e) => e.id === violation.edges[0]);
  const written = origins.edges[hop];
  const related: Related[] = [];
  if (other) related.push({ message: `\`${sharing}\` comes from the policy that is named here`, at: other.at });
  if (written?.kind === 'manifest') related.push({ message: 'the edge is written here', at: written.at });
  const args = {
    edge: violation.edges[0] ?? '?',
    path: path.join(' -> '),
    missing: missing.map((moniker) => `\`${moniker}\``).join(', '),
    order: violation.kind === 'order',
  };
  sink.report(D.sharedProvide(args, { at: left?.at, label: 'this policy can be gone around', related }));
}
