import type { JsonObject, JsonValue } from '../../base/json.ts';
import { conjunction, nodesAt } from './facets.ts';

/**
 * The schema of a config path (`''` is the whole config), found through `properties`, `$ref` and every branch of `allOf`;
 * undefined when no branch declares it. References in the result resolve in `schema`.
 */
export function lookup(schema: JsonObject, path: string): JsonValue | undefined {
  const nodes = nodesAt(schema, path);
  return nodes.length === 0 ? undefined : conjunction(nodes);
}
