/** What a search for manifests needs to know of a text that may be none, or a broken one. */
import type { Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { Entry, SyntaxNode } from '../../ir/syntax.ts';
import { joinReference } from '../../language/urls.ts';

const entriesOf = (node: SyntaxNode | undefined): readonly Entry[] => (node?.kind === 'object' ? node.entries : []);
const field = (node: SyntaxNode, name: string): SyntaxNode | undefined =>
  entriesOf(node).find((entry) => entry.key === name)?.value;

const VERSION = 'manifest_version';
/** Fields that a manifest may have, and that few other files have two of. */
const SECTIONS: ReadonlySet<string> = new Set([
  'program',
  'components',
  'slots',
  'provides',
  'bindings',
  'exports',
  'use',
  'policies',
  'overlays',
  'child_templates',
  'config_schema',
  'environments',
  'resources',
  'experimental_features',
]);

/** Every manifest has this field, perhaps misspelt, and hardly anything else has. */
export function claimsToBeManifest(root: SyntaxNode): boolean {
  if (field(root, VERSION) !== undefined) return true;
  const keys = entriesOf(root).map(({ key }) => key);
  return keys.some((key) => SECTIONS.has(key)) && keys.some((key) => suggest(key, [VERSION]) !== undefined);
}

/** Mostly made of what manifests are made of. Plans and scenario IRs are too, and have a `schema`. Answers where that begins. */
export function looksLikeManifest(root: SyntaxNode): Range | undefined {
  const entries = entriesOf(root);
  const known = entries.filter(({ key }) => SECTIONS.has(key));
  const enough = known.length > 1 && known.length * 2 > entries.length && field(root, 'schema') === undefined;
  return enough ? known[0]?.keyRange : undefined;
}

/** URLs of the manifests that a manifest with faults names, as far as they can be made out. */
export function mentionsOf(root: SyntaxNode, url: string): readonly string[] {
  const sections = ['components', 'use', 'child_templates'].map((name) => field(root, name));
  const values = sections.flatMap((section) => entriesOf(section).map((entry) => entry.value));
  return values.flatMap(textsOf).flatMap((text) => {
    const joined = joinReference(text, url);
    return 'url' in joined ? [joined.url] : [];
  });
}

/** URLs of the files that a text names which cannot be parsed, so that nothing is known of it but its words. */
export function wordsThatName(text: string, url: string): readonly string[] {
  const words = text.match(/[^\s"'`{}[\],:]+/g) ?? [];
  return [...new Set(words.flatMap(namedIn))].flatMap((word) => {
    const joined = joinReference(word, url);
    return 'url' in joined ? [joined.url] : [];
  });
}

/** Up to its last ending of a manifest. Ending by ending, since one expression for both would go over a long word once for each letter. */
function namedIn(word: string): readonly string[] {
  const last = [...word.matchAll(/\.(?:ya?ml|json5?)(?![\w.-])/g)].at(-1);
  return last && last.index > 0 ? [word.slice(0, last.index + last[0].length)] : [];
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
