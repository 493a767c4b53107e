/** Names of things of the scenario that sections use; whoever knows the scenario asks whether it has them. */
import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Graph } from '../../ir/graph.ts';
import { mentionable } from '../../ir/mentionable.ts';
import type { Mention } from '../../ir/runtime-settings.ts';
import type { Shape } from './shape.ts';

type OfComponent = Extract<Mention, { readonly of: string }>;
type Named = Exclude<Mention['what'], OfComponent['what']>;

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
  if ('of' in mention && !has(graphs, { what: 'component', name: mention.of })) return undefined;
  // A path that there is not is told as that.
  if (what === 'mounted config' && !has(graphs, { ...mention, what: 'config path' })) return undefined;
  const known = graphs.flatMap((graph) => mentionable(graph, mention));
  if (known.includes(name)) return undefined;
  const near = suggest(name, known);
  const help = near === undefined ? helpFor[what] : `did you mean \`${near}\`?`;
  if (what === 'component') return D.unknownComponent({ name }, { at, help });
  return D.unknownTarget({ what, name, ...('of' in mention ? { of: mention.of } : {}) }, { at, help });
}

const helpFor: Readonly<Partial<Record<Mention['what'], string>>> = {
  'config path': 'name a path of its `config_schema`, such as `token` or `tls.key`',
  'mounted config':
    'a file is replaced only where the config is mounted as one, with `mounts`; write `restart` or `none`',
};

const has = (graphs: readonly Graph[], mention: Mention): boolean =>
  graphs.some((graph) => mentionable(graph, mention).includes(mention.name));
