/** How large a schema is once its references are followed. What is bounded here, everything else may recurse over. */

import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
import type { Pointer } from '../syntax/pointer.ts';
import { resolveRef, type SchemaNode } from './facets.ts';

export const maxExpandedNodes = 100_000;
export const maxExpandedDepth = 256;

export interface Expansion {
  /** The `$ref` values that close a circle. */
  readonly cycles: readonly Pointer[];
  readonly size: number;
  readonly depth: number;
}

interface Edge {
  readonly to: SchemaNode;
  readonly ref?: Pointer;
}
interface Frame {
  readonly node: JsonObject;
  readonly edges: readonly Edge[];
  at: number;
  size: number;
  depth: number;
}
interface Known {
  readonly size: number;
  readonly depth: number;
}

/** Sub-schemas that stand in the node itself, definitions left out. */
export function subschemas(node: Readonly<{ schema: JsonObject; pointer: Pointer }>): SchemaNode[] {
  const found: SchemaNode[] = [];
  const add = (schema: JsonValue | undefined, ...steps: (string | number)[]): void => {
    if (schema !== undefined) found.push({ schema, pointer: [...node.pointer, ...steps] });
  };
  const { properties, allOf, items, contains, prefixItems } = node.schema as Readonly<Record<string, JsonValue>>;
  if (isObject(properties)) for (const name of Object.keys(properties)) add(properties[name], 'properties', name);
  if (Array.isArray(allOf)) for (const [i, branch] of allOf.entries()) add(branch, 'allOf', i);
  if (isObject(items)) add(items, 'items');
  if (isObject(contains)) add(contains, 'contains');
  if (Array.isArray(prefixItems)) for (const [i, item] of prefixItems.entries()) add(item, 'prefixItems', i);
  return found;
}

/** `$defs` and `definitions` of a node. */
export function definitions(node: Readonly<{ schema: JsonObject; pointer: Pointer }>): SchemaNode[] {
  const found: SchemaNode[] = [];
  for (const keyword of ['$defs', 'definitions']) {
    const group = node.schema[keyword];
    if (!isObject(group)) continue;
    for (const name of Object.keys(group)) {
      found.push({ schema: group[name] as JsonValue, pointer: [...node.pointer, keyword, name] });
    }
  }
  return found;
}

function edgesOf(root: JsonObject, node: Readonly<{ schema: JsonObject; pointer: Pointer }>): Edge[] {
  const edges: Edge[] = subschemas(node).map((to) => ({ to }));
  const ref = node.schema['$ref'];
  const target = typeof ref === 'string' ? resolveRef(root, ref) : undefined;
  if (target) edges.push({ to: target, ref: [...node.pointer, '$ref'] });
  return edges;
}

/** Definitions count only where something refers to them; a circle among them is found anyway. */
export const expansion: (root: JsonObject) => Expansion = memoized((root) => {
  const known = new Map<JsonObject, Known>();
  const cycles: Pointer[] = [];
  visit(root, { schema: root, pointer: [] }, known, cycles);
  const { size, depth } = known.get(root) as Known;
  const pending = definitions({ schema: root, pointer: [] });
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (!isObject(next.schema)) continue;
    const node = { schema: next.schema, pointer: next.pointer };
    visit(root, node, known, cycles);
    pending.push(...definitions(node));
  }
  return { cycles, size, depth };
});

/** Whether walks that follow references end, and end soon. */
export function isBounded(root: JsonObject): boolean {
  const { cycles, size, depth } = expansion(root);
  return cycles.length === 0 && size <= maxExpandedNodes && depth <= maxExpandedDepth;
}

/** Depth first without recursion: a chain of references may be as long as the text. */
function visit(root: JsonObject, start: SchemaNode, known: Map<JsonObject, Known>, cycles: Pointer[]): void {
  const open = new Set<JsonObject>();
  const stack: Frame[] = [];
  const enter = (node: SchemaNode): void => {
    if (!isObject(node.schema) || known.has(node.schema)) return;
    open.add(node.schema);
    const edges = edgesOf(root, { schema: node.schema, pointer: node.pointer });
    stack.push({ node: node.schema, edges, at: 0, size: 1, depth: 1 });
  };
  const absorb = (frame: Frame, target: JsonValue): void => {
    const part = isObject(target) ? known.get(target) : undefined;
    frame.size = Math.min(frame.size + (part?.size ?? 1), Number.MAX_SAFE_INTEGER);
    frame.depth = Math.max(frame.depth, 1 + (part?.depth ?? 0));
  };
  enter(start);
  for (let frame = stack.at(-1); frame; frame = stack.at(-1)) {
    const edge = frame.edges[frame.at];
    if (!edge) {
      stack.pop();
      open.delete(frame.node);
      known.set(frame.node, { size: frame.size, depth: frame.depth });
      continue;
    }
    const target = edge.to.schema;
    if (isObject(target) && open.has(target)) {
      const onCircle = stack.slice(stack.findIndex((open) => open.node === target));
      const ref = onCircle.map((open) => open.edges[open.at]?.ref).findLast((pointer) => pointer !== undefined);
      if (ref) cycles.push(ref);
      frame.at++;
    } else if (isObject(target) && !known.has(target)) enter(edge.to);
    else {
      absorb(frame, target);
      frame.at++;
    }
  }
}
