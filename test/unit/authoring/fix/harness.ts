import { textFix } from '../../../../src/authoring/fix/text-fix.ts';
import type { Range } from '../../../../src/base/span.ts';
import type { Edit, Fix } from '../../../../src/diagnostics/fix.ts';
import { createSink } from '../../../../src/diagnostics/sink.ts';
import type { SyntaxNode } from '../../../../src/ir/syntax.ts';
import { parseSyntax } from '../../../../src/language/syntax/parse.ts';

export type Path = readonly (string | number)[];

/** An edit by path, for tests that know the manifest by heart. */
export type PathEdit =
  | { readonly remove: Path }
  | { readonly set: Path; readonly to: string }
  | { readonly rename: Path; readonly to: string }
  | { readonly object: Path; readonly key: string; readonly value: string | boolean };

export const pathOf = (text: string): Path =>
  text === '' ? [] : text.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));

function stepInto(node: SyntaxNode, step: string | number): { readonly node: SyntaxNode; readonly key: Range } {
  if (node.kind === 'array') {
    const item = node.items[Number(step)];
    if (item) return { node: item, key: item.range };
  }
  const entry = node.kind === 'object' ? node.entries.find(({ key }) => key === String(step)) : undefined;
  if (!entry) throw new Error(`no ${step}`);
  return { node: entry.value, key: entry.keyRange };
}

export function placeOf(root: SyntaxNode, path: Path): { readonly node: SyntaxNode; readonly key: Range } {
  let at: { node: SyntaxNode; key: Range } = { node: root, key: root.range };
  for (const step of path) at = stepInto(at.node, step);
  return at;
}

export function parse(file: string, text: string): SyntaxNode {
  const sink = createSink();
  const node = parseSyntax({ file, text }, sink);
  if (!node) throw new Error(`${sink.diagnostics[0]?.message}\n${text}`);
  return node;
}

export function editOf(file: string, root: SyntaxNode, edit: PathEdit): Edit {
  if ('remove' in edit) return { kind: 'remove', at: { file, range: placeOf(root, edit.remove).key } };
  if ('set' in edit)
    return { kind: 'replace-text', at: { file, range: placeOf(root, edit.set).node.range }, value: edit.to };
  if ('rename' in edit)
    return { kind: 'replace-text', at: { file, range: placeOf(root, edit.rename).key }, value: edit.to };
  const { key, value } = edit;
  return { kind: 'set-field', at: { file, range: placeOf(root, edit.object).node.range }, key, value };
}

export const fixOf = (edits: readonly Edit[]): Fix => ({ title: 'do it', kind: 'safe', edits });

/** The text after the edits, or undefined where they are refused. */
export function edited(file: string, text: string, ...edits: readonly PathEdit[]): string | undefined {
  const root = parse(file, text);
  const fix = fixOf(edits.map((edit) => editOf(file, root, edit)));
  const found = textFix(fix, new Map([[file, { file, text }]]));
  if (!found) return undefined;
  return found.edits.reduceRight(
    (after, { at: { range }, text: written }) => after.slice(0, range.start) + written + after.slice(range.end),
    text,
  );
}
