/** The proof of an edit: the text that came of it says exactly what the old tree with the change says. */
import type { SyntaxNode } from '../../ir/syntax.ts';
import type { Wanted } from './changes.ts';

const nowhere = { start: 0, end: 0 };

/** The tree with the change. Nesting is bounded by the parser. */
export function expectedTree(node: SyntaxNode, wanted: Wanted): SyntaxNode {
  const { removed, texts, fields } = wanted;
  if (node.kind === 'string') return { ...node, value: texts.get(node)?.value ?? node.value };
  if (node.kind === 'array') {
    const gone = removed.get(node);
    const items = node.items.flatMap((item, i) => (gone?.has(i) ? [] : [expectedTree(item, wanted)]));
    return { ...node, items };
  }
  if (node.kind !== 'object') return node;
  const gone = removed.get(node);
  const entries = node.entries.flatMap((entry, i) => {
    if (gone?.has(i)) return [];
    return [{ ...entry, key: texts.get(entry)?.value ?? entry.key, value: expectedTree(entry.value, wanted) }];
  });
  for (const { key, value } of fields.get(node) ?? []) {
    const leaf: SyntaxNode =
      typeof value === 'string'
        ? { kind: 'string', range: nowhere, value }
        : { kind: 'boolean', range: nowhere, value };
    const there = entries.findIndex((entry) => entry.key === key);
    const made = { key, keyRange: nowhere, value: leaf };
    if (there < 0) entries.push(made);
    else entries[there] = made;
  }
  return { ...node, entries };
}

/** Equal but for the places. The order of keys counts. */
export function sameTree(a: SyntaxNode, b: SyntaxNode): boolean {
  if (a.kind === 'array' && b.kind === 'array') {
    return a.items.length === b.items.length && a.items.every((item, i) => sameTree(item, b.items[i] as SyntaxNode));
  }
  if (a.kind === 'object' && b.kind === 'object') {
    return (
      a.entries.length === b.entries.length &&
      a.entries.every(({ key, value }, i) => {
        const other = b.entries[i];
        return other !== undefined && key === other.key && sameTree(value, other.value);
      })
    );
  }
  if (a.kind === 'number' && b.kind === 'number') return a.text === b.text;
  if (a.kind === 'string' && b.kind === 'string') return a.value === b.value;
  if (a.kind === 'boolean' && b.kind === 'boolean') return a.value === b.value;
  return a.kind === 'null' && b.kind === 'null';
}
