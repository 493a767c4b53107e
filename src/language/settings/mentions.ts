/** Names of things of the scenario that sections use; whoever knows the scenario asks whether it has them. */
import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Graph } from '../../ir/graph.ts';
import { mentionable } from '../../ir/mentionable.ts';
import type { Mention } from '../../ir/runtime-settings.ts';
import type { Shape } from './shape.ts';

type Named = Exclude<Mention['what'], 'child template'>;

/** The name of something that the scenario must have. */
export const mentioned = (what: Named, shape: Shape<string>): Shape<string> => ({
  ...shape,
  read: (ctx, cursor) => {
    const name = shape.read(ctx, cursor);
    if (name !== undefined) ctx.names.mentions.push({ what, name, at: ctx.at(cursor.node.range) });
    return name;
  },
});

/** A file that is read when the scenario is planned, and whose bytes count. */
export const fileNamed = (shape: Shape<string>): Shape<string> => ({
  ...shape,
  read: (ctx, cursor) => {
    const name = shape.read(ctx, cursor);
    if (name !== undefined) ctx.names.files.push({ name, at: ctx.at(cursor.node.range) });
    return name;
  },
});

/** Told when none of the scenarios has it. One that is not there at all has been told already. */
export function unknownMention(mention: Mention, graphs: readonly Graph[]): Diagnostic | undefined {
  const { what, name, at } = mention;
  if (what === 'child template' && !has(graphs, { what: 'component', name: mention.of })) return undefined;
  const known = graphs.flatMap((graph) => mentionable(graph, mention));
  if (known.includes(name)) return undefined;
  const near = suggest(name, known);
  const help = near === undefined ? undefined : `did you mean \`${near}\`?`;
  if (what === 'component') return D.unknownComponent({ name }, { at, help });
  return D.unknownTarget({ what, name, ...(what === 'child template' ? { of: mention.of } : {}) }, { at, help });
}

const has = (graphs: readonly Graph[], mention: Mention): boolean =>
  graphs.some((graph) => mentionable(graph, mention).includes(mention.name));
