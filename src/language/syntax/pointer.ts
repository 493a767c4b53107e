import type { Pointer } from '../../base/json-pointer.ts';
import type { Range } from '../../base/span.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';

export type { Pointer };

/** The deepest node on the way to `pointer` that exists, and whether it is the one asked for. */
export function follow(
  node: SyntaxNode,
  pointer: Pointer,
): { readonly node: SyntaxNode; readonly keyRange?: Range; readonly found: boolean } {
  let current = node;
  let keyRange: Range | undefined;
  for (const step of pointer) {
    const entry = current.kind === 'object' ? current.entries.findLast((e) => e.key === String(step)) : undefined;
    const next = entry?.value ?? (current.kind === 'array' ? current.items[Number(step)] : undefined);
    if (!next) return { node: current, ...(keyRange ? { keyRange } : {}), found: false };
    current = next;
    keyRange = entry?.keyRange;
  }
  return { node: current, ...(keyRange ? { keyRange } : {}), found: true };
}
