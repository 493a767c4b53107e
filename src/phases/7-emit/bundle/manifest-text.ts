/** A manifest as a bundle holds it: JSON, the texts of files in their places, nothing else changed. */
import { invariant } from '../../../base/invariant.ts';
import type { SourceText } from '../../../base/text.ts';
import { createSink } from '../../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../../ir/syntax.ts';
import type { TreeDocument } from '../../../ir/tree.ts';
import { inlineFiles } from '../../../language/decode/file-refs.ts';
import { decodeManifest } from '../../../language/decode/manifest.ts';
import { parseSyntax } from '../../../language/syntax/parse.ts';

/** What it makes is checked to have the digest of the manifest. */
export function manifestText({ loaded, sidecars }: TreeDocument, source: SourceText | undefined): string {
  const sink = createSink();
  const root = source && parseSyntax(source, sink);
  invariant(source && root?.kind === 'object', `${loaded.display} was read before`);
  const whole = inlineFiles(root, sidecars);
  const digest = decodeManifest(source, whole, new Map(), sink)?.digest;
  invariant(digest === loaded.manifest.digest, `${loaded.display} keeps its digest in a bundle`);
  return `${print(whole, '')}\n`;
}

/** JSON in which numbers keep all their digits. Of a key given twice the last counts. Nesting is bounded by the parser. */
function print(node: SyntaxNode, indent: string): string {
  const deeper = `${indent}  `;
  switch (node.kind) {
    case 'object': {
      const entries = new Map(node.entries.map(({ key, value }) => [key, value]));
      const lines = [...entries].map(([key, value]) => `${deeper}${JSON.stringify(key)}: ${print(value, deeper)}`);
      return lines.length === 0 ? '{}' : `{\n${lines.join(',\n')}\n${indent}}`;
    }
    case 'array': {
      const lines = node.items.map((item) => `${deeper}${print(item, deeper)}`);
      return lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n${indent}]`;
    }
    case 'string':
      return JSON.stringify(node.value);
    case 'number':
      return node.text;
    case 'boolean':
      return String(node.value);
    case 'null':
      return 'null';
  }
}
