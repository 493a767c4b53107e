import type { Range } from '../../../../base/span.ts';
import type { Template, When } from '../../../../ir/manifest.ts';
import type { ConfigSchemaFacts } from './schema-facts.ts';

export interface AbsentConfig {
  readonly path: string;
  readonly range: Range;
}

/**
 * References of an item's texts to leaves that may be absent. A `when` on the same item guards exactly its own path: `config.a`
 * says nothing about `config.a.b`. Words that were split from one text share its range, so each path is given once a range.
 */
export function absentConfig(
  schema: ConfigSchemaFacts | undefined,
  when: When | undefined,
  templates: readonly Template[],
): readonly AbsentConfig[] {
  if (!schema) return [];
  const guard = when?.kind === 'config' ? when.path : undefined;
  const found = new Map<string, AbsentConfig>();
  for (const { pieces, range } of templates) {
    for (const piece of pieces) {
      if (piece.kind !== 'config' || piece.path === guard || !schema.mayBeAbsent(piece.path)) continue;
      found.set(`${range.start} ${piece.path}`, { path: piece.path, range });
    }
  }
  return [...found.values()];
}
