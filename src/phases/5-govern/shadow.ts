import * as D from '../../diagnostics/catalogue/govern.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import { sourceId } from '../../ir/edge-id.ts';
import type { ShadowDifference } from '../../ir/governed.ts';
import type { Edge } from '../../ir/graph.ts';
import { chainsOf, monikerOf } from '../../ir/graph-index.ts';
import type { Linked } from '../../ir/linked.ts';
import { edgeNameOf } from './findings.ts';
import { type Reply, shadowSink } from './read-answers.ts';
import { recheck } from './recheck.ts';
import { type Application, type Rewritten, rewrite } from './rewrite.ts';
import type { Target } from './scope.ts';

/**
 * What a policy in shadow would have done, were it enforced and all others as they are: told to the author, and answered for the
 * plan. `applied` holds every application in order, that of the policy without its interpositions.
 */
export function showShadow(
  linked: Linked,
  applied: readonly Application[],
  index: number,
  { question, said }: Reply,
  sink: Sink,
): ShadowDifference | undefined {
  if (!said) return undefined;
  const enforced = applied.map((other, i) => (i === index ? { ...other, answer: said.answer } : other));
  const rewritten = rewrite(linked, enforced);
  recheck(rewritten, linked.graph, shadowSink(question, sink));
  const wanted = new Set(said.answer.interpositions.flatMap((i) => i.attachments.map(({ target }) => target)));
  const targets = [...question.view.targets.values()].filter(({ id }) => wanted.has(id));
  const chains = chainsOf(rewritten.graph.edges);
  const throughOf = (id: string): readonly string[] => interposersOn(chains.get(id) ?? [], linked, rewritten);
  const edges = targets.map((target) => {
    const id = edgeNameOf(linked, target);
    return { id, through: throughOf(id), ends: endsOf(linked, target) };
  });
  const interposers = rewritten.inserted[index] ?? [];
  const about = { policy: question.entry.ref, scope: question.view.scope.moniker };
  const summary = summaryOf(interposers.length, edges.length, said.findings);
  const lines = edges.map(({ id, through, ends: [from, to] }) => `${id}: ${[from, ...through, to].join(' -> ')}`);
  sink.report(
    D.shadowDifference(
      { ...about, summary },
      { at: question.entry.at, ...(lines.length === 0 ? {} : { help: lines.join('\n') }) },
    ),
  );
  return { interposers, edges: edges.map(({ id, through }) => ({ id, through })) };
}

/** Monikers, from the source on. */
function interposersOn(chain: readonly Edge[], before: Linked, { graph }: Rewritten): readonly string[] {
  const inserted = chain.filter(({ to }) => to.component >= before.graph.components.length);
  return inserted.map(({ to }) => monikerOf(graph.components, to.component));
}

function endsOf({ graph }: Linked, { edge }: Target): readonly [string, string] {
  if (edge.kind === 'edge') {
    const found = graph.edges[edge.index];
    return found ? [sourceId(graph.components, found.from), monikerOf(graph.components, found.to.component)] : ['', ''];
  }
  const item = graph.exports[edge.index];
  return item ? [sourceId(graph.components, { kind: 'component', ...item.from }), `exports.${item.name}`] : ['', ''];
}

type Findings = NonNullable<Reply['said']>['findings'];

function summaryOf(interposers: number, edges: number, findings: Findings): string {
  const errors = findings.filter(({ said }) => said === 'error').length;
  const warnings = findings.filter(({ said }) => said === 'warning').length;
  const parts = [
    ...(interposers === 0 ? [] : [`insert ${counted(interposers, 'interposer')} on ${counted(edges, 'edge')}`]),
    ...(errors === 0 ? [] : [`report ${counted(errors, 'error')}`]),
    ...(warnings === 0 ? [] : [`report ${counted(warnings, 'warning')}`]),
  ];
  return parts.length === 0 ? 'change nothing' : parts.join(', and ');
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
