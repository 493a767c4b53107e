import * as D from '../../../diagnostics/catalogue/verify.ts';
import { createSink, type Sink } from '../../../diagnostics/sink.ts';
import type { Linked, LinkedScenario } from '../../../ir/linked.ts';
import { recheck } from '../recheck.ts';
import { type Application, type Rewritten, rewrite } from '../rewrite.ts';

/** Two rounds tell apart what settles from what goes on; more would only wait. */
const rounds = 2;

/** Asks every policy about a graph; faults go to the sink. */
export type AskAgain = (linked: Linked, sink: Sink) => Promise<readonly Application[] | undefined>;

interface More {
  readonly application: Application;
  /** Edges that would get a further interposer, by id. */
  readonly edges: readonly string[];
  /** On one of them it has an interposer already. */
  readonly own: boolean;
}

/**
 * Asks again about the rewritten graph, and tells which policies would insert more, at most twice: if the first round adds
 * something, a second one about that graph tells whether it comes to rest. Changes nothing.
 */
export async function verifyFixpoint(
  linked: Linked,
  applications: readonly Application[],
  rewritten: Rewritten,
  ask: AskAgain,
  sink: Sink,
): Promise<void> {
  const asked: Asked[] = [{ graph: linked, applications }];
  let graph: LinkedScenario = { graph: rewritten.graph, origins: rewritten.origins, spaces: rewritten.spaces };
  const found: (readonly More[])[] = [];
  for (let round = 1; round <= rounds; round++) {
    const faults = createSink();
    const again = await ask({ ...linked, ...graph }, faults);
    if (!again || faults.hasErrors) {
      reportUnknown(round, faults, applications, sink);
      break;
    }
    const now = { graph, applications: again };
    const more = again.flatMap((application) => moreOf(application, now, asked));
    found.push(more);
    if (more.length === 0 || round === rounds) break;
    const { graph: next, origins, spaces, inserted } = rewrite(graph, again);
    recheck({ graph: next, origins, spaces, inserted }, graph.graph, faults);
    if (faults.hasErrors) {
      reportUnknown(round, faults, applications, sink);
      break;
    }
    asked.push(now);
    graph = { graph: next, origins, spaces };
  }
  report(found, sink);
}

/** What was answered about which graph. */
interface Asked {
  readonly graph: LinkedScenario;
  readonly applications: readonly Application[];
}

function moreOf(application: Application, now: Asked, earlier: readonly Asked[]): readonly More[] {
  const edges = edgesOf(application, now.graph);
  if (edges.length === 0) return [];
  const guarded = new Set(
    earlier.flatMap(({ graph, applications }) =>
      applications.filter((other) => samePolicy(other, application)).flatMap((other) => edgesOf(other, graph)),
    ),
  );
  return [{ application, edges, own: edges.some((edge) => guarded.has(edge)) }];
}

const samePolicy = (a: Application, b: Application): boolean =>
  a.view.scope.component === b.view.scope.component && a.listIndex === b.listIndex;

/** Ids of the logical edges that an answer attaches to. */
function edgesOf({ view, answer }: Application, { graph }: LinkedScenario): readonly string[] {
  const targets = answer.interpositions.flatMap((item) => item.attachments.map((a) => a.target));
  const nameOf = (target: number): string => {
    const on = view.targets.get(target)?.edge;
    return on?.kind === 'edge'
      ? (graph.edges[on.index]?.id ?? '?')
      : `exports.${graph.exports[on?.index ?? -1]?.name ?? '?'}`;
  };
  return [...new Set(targets.map(nameOf))];
}

function report(found: readonly (readonly More[])[], sink: Sink): void {
  const [first = [], second] = found;
  const later = second ?? [];
  const told = [...first, ...later.filter((more) => !first.some((m) => samePolicy(m.application, more.application)))];
  for (const { application, edges, own } of told) {
    const again = first.length > 0 && later.some((more) => samePolicy(more.application, application));
    const args = {
      policy: application.entry.ref,
      scope: application.view.scope.moniker,
      edges,
      own,
      again,
    };
    sink.report(D.noFixpoint(args, { at: application.entry.at, label: 'named here' }));
  }
}

function reportUnknown(round: number, faults: Sink, applications: readonly Application[], sink: Sink): void {
  const [first] = faults.diagnostics;
  const reason = first?.message ?? 'no policy answered';
  sink.report(D.fixpointUnknown({ round, reason }, { at: first?.at ?? applications[0]?.entry.at }));
}
