import { memoized } from '../../../../base/memo.ts';
import type { Range } from '../../../../base/span.ts';
import type { ChildDecl } from '../../../../ir/manifest.ts';
import type { ArrayNode, Entry, ObjectNode, SyntaxNode } from '../../../../ir/syntax.ts';

/** Keywords beside which a property may go: none of them says anything about which properties there are. */
const harmless: ReadonlySet<string> = new Set([
  '$schema',
  '$comment',
  'type',
  'title',
  'description',
  'properties',
  'required',
  'additionalProperties',
  'secret',
]);

/**
 * The ranges of what declares a config path: its property, and its name in `required`. An object without another property goes
 * whole. Undefined where the schema says more of the path than that, or a component is given a value for it.
 */
export function configRemoval(
  schema: ObjectNode,
  path: string,
  decls: readonly ChildDecl[],
): readonly Range[] | undefined {
  if (refers(schema)) return undefined;
  const segments = path.split('.');
  let best: { readonly depth: number; readonly ranges: readonly Range[] } | undefined;
  let node: SyntaxNode | undefined = schema;
  for (const [depth, segment] of segments.entries()) {
    if (node?.kind !== 'object' || !node.entries.every(({ key }) => harmless.has(key))) return undefined;
    const properties: SyntaxNode | undefined = entriesOf(node).get('properties')?.value;
    const property: Entry | undefined = properties?.kind === 'object' ? entriesOf(properties).get(segment) : undefined;
    if (properties?.kind !== 'object' || !property) return undefined;
    if (!best || properties.entries.length > 1) {
      const required = entriesOf(node).get('required')?.value;
      best = {
        depth,
        ranges: [property.keyRange, ...(required?.kind === 'array' ? (itemsOf(required).get(segment) ?? []) : [])],
      };
    }
    node = property.value;
  }
  const kept = best && segments.slice(0, best.depth + 1);
  return kept && !decls.some(({ config }) => config && supplies(config, kept)) ? best?.ranges : undefined;
}

/** Also by a value that only linking takes apart. */
function supplies(config: ObjectNode, path: readonly string[]): boolean {
  let node: SyntaxNode = config;
  for (const segment of path) {
    if (node.kind !== 'object') return true;
    const entry = entriesOf(node).get(segment);
    if (!entry) return entriesOf(node).has('$symbolic_config');
    node = entry.value;
  }
  return true;
}

const entriesOf = memoized(
  ({ entries }: ObjectNode): ReadonlyMap<string, Entry> => new Map(entries.map((entry) => [entry.key, entry])),
);

const itemsOf = memoized((node: ArrayNode): ReadonlyMap<string, readonly Range[]> => {
  const found = new Map<string, Range[]>();
  for (const item of node.items) {
    if (item.kind !== 'string') continue;
    const list = found.get(item.value);
    if (list) list.push(item.range);
    else found.set(item.value, [item.range]);
  }
  return found;
});

/** A reference may lead anywhere in the schema. */
const refers = memoized((schema: ObjectNode): boolean => {
  let found = false;
  const open: SyntaxNode[] = [schema];
  for (let node = open.pop(); node && !found; node = open.pop()) {
    if (node.kind === 'array') for (const item of node.items) open.push(item);
    if (node.kind !== 'object') continue;
    for (const { key, value } of node.entries) {
      found ||= key === '$ref';
      open.push(value);
    }
  }
  return found;
});
