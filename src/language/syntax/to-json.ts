import { type JsonObject, type JsonValue, setKey } from '../../base/json.ts';
import type { ObjectNode, SyntaxNode } from '../../ir/syntax.ts';

/** Plain JSON of a syntax tree; of a key given twice the last one wins. Nesting is bounded by the parser. */
export function toJson(node: SyntaxNode): JsonValue {
  switch (node.kind) {
    case 'object':
      return objectToJson(node);
    case 'array':
      return node.items.map(toJson);
    case 'null':
      return null;
    default:
      return node.value;
  }
}

export function objectToJson(node: ObjectNode): JsonObject {
  const out: Record<string, JsonValue> = {};
  for (const entry of node.entries) setKey(out, entry.key, toJson(entry.value));
  return out;
}
