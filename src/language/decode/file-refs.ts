import type { Text } from '../../ir/manifest.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';

/** Every `{file: "path"}` below `program`, in the order of the text; the manifest need not be valid otherwise. */
export function fileRefs(root: SyntaxNode): readonly Text[] {
  if (root.kind !== 'object') return [];
  const out: Text[] = [];
  for (const entry of root.entries) if (entry.key === 'program') collect(entry.value, out);
  return out;
}

/** Nesting is bounded by the parser. */
function collect(node: SyntaxNode, out: Text[]): void {
  if (node.kind === 'array') for (const item of node.items) collect(item, out);
  if (node.kind !== 'object') return;
  const env = node.entries.find((entry) => entry.key === 'env')?.value;
  const [only, second] = node.entries;
  if (only && !second && only.key === 'file' && only.value.kind === 'string')
    out.push({ value: only.value.value, range: node.range });
  else {
    for (const entry of node.entries) {
      // A variable may be called `file`.
      if (entry.value === env && env.kind === 'object')
        for (const variable of env.entries) collect(variable.value, out);
      else collect(entry.value, out);
    }
  }
}

/** The same tree with the text of each file, by path as written, in the place of its `{file: "path"}`. */
export function inlineFiles(root: SyntaxNode, texts: ReadonlyMap<string, string>): SyntaxNode {
  if (root.kind !== 'object') return root;
  const entries = root.entries.map((entry) => (entry.key === 'program' ? inlineIn(entry, texts) : entry));
  return { ...root, entries };
}

const inlineIn = (entry: Entry, texts: ReadonlyMap<string, string>): Entry => ({
  ...entry,
  value: inline(entry.value, texts),
});

/** Takes the way of `collect`. */
function inline(node: SyntaxNode, texts: ReadonlyMap<string, string>): SyntaxNode {
  if (node.kind === 'array') return { ...node, items: node.items.map((item) => inline(item, texts)) };
  if (node.kind !== 'object') return node;
  const env = node.entries.find((entry) => entry.key === 'env')?.value;
  const [only, second] = node.entries;
  if (only && !second && only.key === 'file' && only.value.kind === 'string')
    return { kind: 'string', range: node.range, value: texts.get(only.value.value) ?? '' };
  const entries = node.entries.map((entry) => {
    if (entry.value !== env || env.kind !== 'object') return inlineIn(entry, texts);
    return { ...entry, value: { ...env, entries: env.entries.map((variable) => inlineIn(variable, texts)) } };
  });
  return { ...node, entries };
}
