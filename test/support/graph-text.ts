import { positionAt, type Sources } from '../../src/base/text.ts';
import { sourceId } from '../../src/ir/edge-id.ts';
import type { Governed } from '../../src/ir/governed.ts';
import type { Origin } from '../../src/ir/graph.ts';

/** The linked scenario for reviewers: one edge or export a line, sorted, with the place it came from. */
export function graphText({ graph, origins }: Governed, sources: Sources): string {
  const { components } = graph;
  const moniker = (id: number): string => components[id]?.moniker ?? '?';
  const lines: string[] = [];
  for (const [index, edge] of graph.edges.entries()) {
    const capability =
      edge.capability.profile === null ? edge.capability.kind : `${edge.capability.kind}/${edge.capability.profile}`;
    const target = `${moniker(edge.to.component)}.${edge.to.slot}`;
    const chain = edge.hop === null ? '' : `  hop ${edge.hop} of ${edge.id}`;
    const weak = edge.weak ? '  weak' : '';
    lines.push(
      `${target} <- ${sourceId(components, edge.from)}  ${capability}${weak}${chain}  ${originText(origins.edges[index], sources)}`,
    );
  }
  for (const [index, item] of graph.exports.entries()) {
    lines.push(
      `export ${item.name} <- ${moniker(item.from.component)}.${item.from.provide}  ${originText(origins.exports[index], sources)}`,
    );
  }
  return lines
    .sort()
    .map((line) => `${line}\n`)
    .join('');
}

function originText(origin: Origin | undefined, sources: Sources): string {
  if (!origin) return '(no origin)';
  const source = sources.get(origin.at.file);
  const line = source ? positionAt(source, origin.at.range.start).line + 1 : '?';
  const place = `${origin.at.file}:${line}`;
  return origin.kind === 'manifest' ? place : `${place} by ${origin.policyRef} of ${origin.scope}`;
}
