/**
 * A schema node means all of its facets at once: the node itself, what its `$ref` leads to, and every branch of its `allOf`.
 */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { isConfigKey } from '../names.ts';
import type { Pointer } from '../syntax/pointer.ts';

export interface SchemaNode {
  readonly schema: JsonValue;
  /** Where it stands in the root schema, `$ref` followed. */
  readonly pointer: Pointer;
}
export interface Facet {
  readonly schema: JsonObject;
  readonly pointer: Pointer;
}

/** The steps of a local reference (`#`, `#/…`); undefined for any other text. */
export function refPointer(ref: string): readonly string[] | undefined {
  if (ref === '#') return [];
  if (!ref.startsWith('#/')) return undefined;
  let text: string;
  try {
    text = decodeURIComponent(ref.slice(2));
  } catch {
    return undefined;
  }
  return text.split('/').map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What a local reference leads to; undefined when there is nothing, or nothing that can be a schema. */
export function resolveRef(root: JsonObject, ref: string): SchemaNode | undefined {
  const steps = refPointer(ref);
  if (!steps) return undefined;
  let current: JsonValue | undefined = root;
  const pointer: (string | number)[] = [];
  for (const step of steps) {
    if (Array.isArray(current)) {
      const index: number = /^(0|[1-9][0-9]*)$/.test(step) ? Number(step) : -1;
      current = (current as readonly JsonValue[])[index];
      pointer.push(index);
    } else if (isObject(current)) {
      current = own(current, step);
      pointer.push(step);
    } else return undefined;
  }
  return isObject(current) || typeof current === 'boolean' ? { schema: current, pointer } : undefined;
}

/** In the order node, `$ref`, `allOf`, depth first; each once, so that a cycle ends. Boolean schemas have none. */
export function facets(root: JsonObject, node: SchemaNode): readonly Facet[] {
  const seen = new Set<JsonObject>();
  const found: Facet[] = [];
  const stack: SchemaNode[] = [node];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { schema, pointer } = next;
    if (!isObject(schema) || seen.has(schema)) continue;
    seen.add(schema);
    found.push({ schema, pointer });
    const branches = schema['allOf'];
    if (Array.isArray(branches)) {
      for (let i = branches.length - 1; i >= 0; i--) {
        stack.push({ schema: branches[i] as JsonValue, pointer: [...pointer, 'allOf', i] });
      }
    }
    const ref = schema['$ref'];
    const target = typeof ref === 'string' ? resolveRef(root, ref) : undefined;
    if (target) stack.push(target);
  }
  return found;
}

/** `''` is the whole config. */
export const pathSegments = (path: string): readonly string[] => (path === '' ? [] : path.split('.'));

/** All facets of several nodes that hold at once. */
export const facetsOf = (root: JsonObject, nodes: readonly SchemaNode[]): readonly Facet[] =>
  nodes.flatMap((node) => facets(root, node));

/** The declarations of one property in the given facets. */
export function propertyNodes(parent: readonly Facet[], name: string): readonly SchemaNode[] {
  const found = new Map<JsonValue | Pointer, SchemaNode>();
  for (const facet of parent) {
    const properties = facet.schema['properties'];
    const schema = isObject(properties) ? own(properties, name) : undefined;
    if (schema === undefined) continue;
    const pointer = [...facet.pointer, 'properties', name];
    const key = isObject(schema) ? schema : pointer;
    if (!found.has(key)) found.set(key, { schema, pointer });
  }
  return [...found.values()];
}

/** Names of the declared properties, sorted. */
export function propertyNames(parent: readonly Facet[]): readonly string[] {
  const names = new Set<string>();
  for (const { schema } of parent) {
    if (isObject(schema['properties'])) for (const name of Object.keys(schema['properties'])) names.add(name);
  }
  return [...names].sort(compareText);
}

/** Every declaration of the config path; none when the schema does not know it. */
export function nodesAt(root: JsonObject, path: string): readonly SchemaNode[] {
  let nodes: readonly SchemaNode[] = [{ schema: root, pointer: [] }];
  for (const segment of pathSegments(path)) {
    if (!isConfigKey(segment)) return [];
    nodes = propertyNodes(facetsOf(root, nodes), segment);
    if (nodes.length === 0) return [];
  }
  return nodes;
}

/** One schema that means all the nodes. Its references still resolve in the root schema. */
export const conjunction = (nodes: readonly SchemaNode[]): JsonValue =>
  nodes.length === 1 ? (nodes[0] as SchemaNode).schema : { allOf: nodes.map((node) => node.schema) };
