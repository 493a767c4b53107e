/** What a search for manifests needs to know of a text that may be none, or a broken one. */
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { joinReference } from '../../language/urls.ts';

const entriesOf = (node: SyntaxNode | undefined): readonly Entry[] => (node?.kind === 'object' ? node.entries : []);
const field = (node: SyntaxNode, name: string): SyntaxNode | undefined =>
  entriesOf(node).find((entry) => entry.key === name)?.value;

/** Every manifest has this field, and hardly anything else has. */
export const claimsToBeManifest = (root: SyntaxNode): boolean => field(root, 'manifest_version') !== undefined;

/** URLs of the manifests that a manifest with faults names, as far as they can be made out. */
export function mentionsOf(root: SyntaxNode, url: string): readonly string[] {
  const sections = ['components', 'use', 'child_templates'].map((name) => field(root, name));
  const values = sections.flatMap((section) => entriesOf(section).map((entry) => entry.value));
  return values.flatMap(textsOf).flatMap((text) => {
    const joined = joinReference(text, url);
    return 'url' in joined ? [joined.url] : [];
  });
}

/** `"./x.yaml"`, `{url: "./x.yaml"}`, a list of these, or any of them under `manifest`. Bounded by the nesting of the text. */
function textsOf(node: SyntaxNode): readonly string[] {
  if (node.kind === 'string') return [node.value];
  if (node.kind === 'array') return node.items.flatMap(textsOf);
  return ['manifest', 'url'].flatMap((name) => {
    const inner = field(node, name);
    return inner ? textsOf(inner) : [];
  });
}
