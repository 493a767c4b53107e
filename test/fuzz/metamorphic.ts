/** Other texts for the same scenario, which must be told the same. */
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { type FuzzInput, isSettings } from './make-input.ts';
import { printTree, type Spelling } from './print.ts';
import { copyTree, placesOf, setAt, type Tree, treeAt, value } from './tree.ts';

export interface Variant {
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly root: string;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const manifestEnding = /\.(?:ya?ml|json5?)$/;

/** What manifests and reports call a file; what lies below `https/` is on the network. */
const nameOf = (path: string): string => path.replace(/^https\//, 'https://');

/** The scenario in YAML and in JSON5; undefined where not all of its manifests are trees, or one says what only one of the two can. */
export function respelled({ files, root, trees }: FuzzInput): readonly [Variant, Variant] | undefined {
  if (!trees?.has(root)) return undefined;
  // What the settings name, or would name with another ending, is called what it is: the file of an operator is not a manifest.
  const settings = [...files].filter(([path]) => isSettings(path)).map(([, bytes]) => new TextDecoder().decode(bytes));
  const endLikeManifests = [...files.keys()].filter(
    (path) => manifestEnding.test(path) && !path.startsWith('answers/') && !isSettings(path),
  );
  const isKept = (path: string): boolean =>
    settings.some((text) => endings.some((ending) => text.includes(stemOf(path) + ending)));
  const manifests = new Set(endLikeManifests.filter((path) => !isKept(path)));
  if ([...manifests].some((path) => !trees.has(path)) || [...trees.values()].some(isSpecial)) return undefined;
  // Two files that differ only in their ending would become one.
  const stems = new Set([...manifests].map(stemOf));
  if (!manifests.has(root) || stems.size < manifests.size) return undefined;
  const references = new Set<string>();
  const others = new Set<string>();
  for (const [path, tree] of trees)
    for (const text of textsOf(tree)) {
      const file = fileOf(path, text);
      // A reference to a file that is not there must not find one that has its name now.
      if (manifestEnding.test(file) && stems.has(stemOf(file)) && !files.has(file)) return undefined;
      // What is not spelled anew, or names a place in a file, goes on saying the old one.
      if (manifests.has(file) && !(manifests.has(path) && manifestEnding.test(text))) return undefined;
      if (manifests.has(file)) references.add(text);
      else if (files.has(file)) others.add(text);
    }
  if ([...references].some((text) => others.has(text))) return undefined;
  return [spelled('yaml'), spelled('json5')];

  function spelled(spelling: Spelling): Variant {
    const named = (path: string): string => path.replace(manifestEnding, `.${spelling}`);
    // Also where it names nothing: manifests that say the same go on saying the same.
    const rename = (text: string): string => (references.has(text) ? named(text) : text);
    const out = new Map(files);
    for (const path of manifests) out.delete(path);
    for (const path of manifests)
      out.set(named(path), encode(printTree(renamed(trees?.get(path) as Tree, rename), spelling)));
    return { files: out, root: named(root) };
  }
}

const endings = ['.yaml', '.yml', '.json5', '.json'];

const stemOf = (path: string): string => path.replace(manifestEnding, '');

/** The file that a text in the manifest at `from` names, if it is a reference; `#a.b` is a place in the same one. */
function fileOf(from: string, text: string): string {
  if (/^(?:#|$)/.test(text)) return '';
  try {
    const { protocol, host, pathname } = new URL(text, new URL(encodeURI(from), 'file:///'));
    return decodeURI(protocol === 'https:' ? `https/${host}${pathname}` : pathname.slice(1));
  } catch {
    return text;
  }
}

const textsOf = (tree: Tree): readonly string[] =>
  placesOf(tree).flatMap((place) => {
    const node = treeAt(place);
    return node.kind === 'value' && typeof node.value === 'string' ? [node.value] : [];
  });

const isSpecial = (tree: Tree): boolean =>
  [tree, ...placesOf(tree).map(treeAt)].some(
    (node) => node.kind === 'raw' && !/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(node.text),
  );

function renamed(tree: Tree, rename: (text: string) => string): Tree {
  const copy = copyTree(tree);
  for (const place of placesOf(copy)) {
    const node = treeAt(place);
    if (node.kind === 'value' && typeof node.value === 'string') setAt(place, value(rename(node.value)));
  }
  return copy;
}

/** A comment before everything: whatever is reported moves by its length and is otherwise the same. */
export function commented(
  { files, root, index }: FuzzInput,
  diagnostics: readonly Diagnostic[],
): (Variant & { readonly shift: ReadonlyMap<string, number> }) | undefined {
  // A comment changes what a pinned digest is of.
  if ([...files.values()].some((bytes) => Buffer.from(bytes).includes('sha256:'))) return undefined;
  const out = new Map(files);
  const shift = new Map<string, number>();
  for (const [path, bytes] of files) {
    const ending = manifestEnding.exec(path)?.[0];
    if (ending === undefined || path.startsWith('answers/') || !isCommentable(path, bytes, diagnostics)) continue;
    const yaml = /y/.test(ending);
    const comment = yaml ? `# comment ${index}\n\n` : `/* comment ${index} */ // and another\n\n`;
    out.set(path, encode(comment + new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)));
    shift.set(nameOf(path), comment.length);
  }
  return shift.size === 0 ? undefined : { files: out, root, shift };
}

/** Places of bytes that are no text, of the beginning, and of a whole file do not move with the text. */
function isCommentable(path: string, bytes: Uint8Array, diagnostics: readonly Diagnostic[]): boolean {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  if (/^[\ufeff%#]|^---|\ufffd|\0/.test(text) || /headgate-ignore/.test(text)) return false;
  return !diagnostics.some(({ at }) => at?.file === nameOf(path) && at.range.start === 0);
}
