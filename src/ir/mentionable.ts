/** What of a linked scenario has a name that settings can use. */
import { dottedId } from './edge-id.ts';
import type { Graph } from './graph.ts';
import type { Mention } from './runtime-settings.ts';

/** Names of the kind that is meant; a name may come more than once. O(components + edges). */
export function mentionable({ components, edges, exports }: Graph, mention: Mention): readonly string[] {
  switch (mention.what) {
    case 'component':
      return components.map(({ moniker }) => moniker);
    case 'export':
      return exports.map(({ name }) => name);
    case 'edge':
      return edges.map(({ id }) => id);
    case 'provide':
      return components.flatMap(({ moniker, provides }) =>
        Object.keys(provides).map((provide) => dottedId(moniker, provide)),
      );
    case 'child template':
      return components.flatMap(({ moniker, childTemplates }) =>
        moniker === mention.of ? Object.keys(childTemplates) : [],
      );
  }
}
