import type { Guarded, Template } from '../../ir/manifest.ts';

/**
 * The text of a template that holds no reference. Undefined also for the empty text: it has no literal piece, and what becomes
 * of it is judged when the program is lowered.
 */
export function literal(template: Template): string | undefined {
  if (template.pieces.length === 0) return undefined;
  let text = '';
  for (const piece of template.pieces) {
    if (piece.kind !== 'literal') return undefined;
    text += piece.text;
  }
  return text === '' ? undefined : text;
}

/** Without `when` and `each`: there exactly once, whatever the config. */
export const unconditional = (item: Guarded): boolean => item.when === undefined && item.each === undefined;

/** Groups by key, in order of first appearance; only groups of two and more. */
export function repeats<T>(items: readonly T[], key: (item: T) => string | undefined): [string, T[]][] {
  if (items.length < 2) return [];
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = key(item);
    if (name === undefined) continue;
    const group = groups.get(name);
    if (group) group.push(item);
    else groups.set(name, [item]);
  }
  return [...groups].filter(([, group]) => group.length > 1);
}
