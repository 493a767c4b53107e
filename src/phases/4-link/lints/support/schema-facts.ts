import type { JsonObject } from '../../../../base/json.ts';
import type { Range } from '../../../../base/span.ts';
import type { Entry, ObjectNode, SyntaxNode } from '../../../../ir/syntax.ts';
import { isBounded } from '../../../../language/schema/expand.ts';
import { isAlwaysPresent, type Leaf, leaves } from '../../../../language/schema/leaves.ts';
import { objectToJson } from '../../../../language/syntax/to-json.ts';

export interface ConfigSchemaFacts {
  /** False when references make the schema endless or too large; then `leaves` is empty. */
  readonly complete: boolean;
  /** Sorted by path, each with the range of its declaration. */
  readonly leaves: readonly { readonly path: string; readonly range: () => Range }[];
  /** Whether a leaf of this path exists and a valid config may lack it or have null there. */
  readonly mayBeAbsent: (path: string) => boolean;
}

export function configSchemaFacts(schema: ObjectNode): ConfigSchemaFacts {
  const json = objectToJson(schema);
  const locate = locator(schema);
  const found = leaves(json);
  return {
    complete: isBounded(json),
    leaves: found.map(({ path, pointer }) => ({ path, range: () => locate(pointer) })),
    mayBeAbsent: absence(json, found),
  };
}

/** The facts of a leaf settle it at the top level; below, what stands above the leaf counts too. */
function absence(json: JsonObject, found: readonly Leaf[]): (path: string) => boolean {
  const byPath = new Map(found.map((leaf) => [leaf.path, leaf]));
  const known = new Map<string, boolean>();
  return (path) => {
    const leaf = byPath.get(path);
    if (!leaf) return false;
    if (!path.includes('.')) return leaf.nullable || !(leaf.required || leaf.hasDefault);
    const answer = known.get(path) ?? !isAlwaysPresent(json, path);
    known.set(path, answer);
    return answer;
  };
}

/** Ranges by pointer. Entries are indexed by key once an object is asked for, so that a wide schema costs its size. */
function locator(root: SyntaxNode): (pointer: readonly (string | number)[]) => Range {
  const indexes = new Map<ObjectNode, Map<string, Entry>>();
  const entry = (node: ObjectNode, key: string): Entry | undefined => {
    const index = indexes.get(node) ?? new Map(node.entries.map((e) => [e.key, e]));
    indexes.set(node, index);
    return index.get(key);
  };
  return (pointer) => {
    let current = root;
    for (const step of pointer) {
      const next =
        current.kind === 'object'
          ? entry(current, String(step))?.value
          : current.kind === 'array'
            ? current.items[Number(step)]
            : undefined;
      if (!next) break;
      current = next;
    }
    return current.range;
  };
}
