import { digestOf } from '../../base/digest.ts';
import { at, emptyRange, type Location } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/scenario-lints.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Linked, Scope } from '../../ir/linked.ts';
import type { OpenLock } from '../../ir/lock.ts';
import type { ManifestTree, TreeNode } from '../../ir/tree.ts';
import { nameSources } from '../../language/source-names.ts';

/**
 * The digest of a manifest covers all that policies are shown of it but `metadata`: a manifest from the network can lose a label
 * under its pin, and a policy that forbids by label then lets it pass. Only the recorded text tells. Whether there is metadata
 * now says nothing, since it may be gone already. O(manifests + bytes of those from the network).
 */
export function checkPolicyReads(linked: Linked, tree: ManifestTree, lock: OpenLock, sink: Sink): void {
  const shown = shownToPolicies(linked, tree.root).filter(({ node }) => isRemote(node.loaded.url));
  if (shown.length === 0) return;
  const names = nameSources(tree);
  const pinned = new Set(lock.sources.map(({ name, digest }) => `${digest} ${name}`));
  const copies = new Map(lock.remotes.map(({ loaded, digest }) => [loaded, digest]));
  const told = new Set<string>();
  for (const { node, scope } of shown) {
    const { url, display, manifest } = node.loaded;
    if (told.has(url)) continue;
    if (!node.decl?.ref.digest && !pinned.has(`${manifest.digest} ${names.nameOfUrl(url)}`)) continue;
    const copy = copies.get(url);
    const source = tree.sources.get(display);
    if (copy !== undefined && source && copy === digestOf(source.text)) continue;
    told.add(url);
    const related = scope.entries.slice(0, 1).map((entry) => ({ message: 'shown to this policy', at: entry.at }));
    const args = { manifest: `\`${names.nameOfUrl(url)}\``, copy: copy === undefined ? 'missing' : 'another' } as const;
    sink.report(D.policyReadsUnpinned(args, { at: placeOf(node), label: 'pinned by digest alone', related }));
  }
}

const isRemote = (url: string): boolean => /^https?:/i.test(url);

const placeOf = ({ decl, parent, loaded }: TreeNode): Location =>
  decl && parent ? at(parent.loaded.manifest.file, decl.refRange) : at(loaded.manifest.file, emptyRange);

interface Shown {
  readonly node: TreeNode;
  /** The outermost that shows it. */
  readonly scope: Scope;
}

/** The components that lie in scopes with policies, in the order of their ids. */
function shownToPolicies({ scopes }: Linked, root: TreeNode): readonly Shown[] {
  const byComponent = new Map<number, Scope>(scopes.map((scope) => [scope.component, scope]));
  const shown: Shown[] = [];
  const open: { readonly node: TreeNode; readonly around: Scope | undefined }[] = [{ node: root, around: undefined }];
  // Ids are in pre-order, children by name.
  for (let id = 0, next = open.pop(); next; id++, next = open.pop()) {
    const { node } = next;
    const scope = next.around ?? byComponent.get(id);
    if (scope) shown.push({ node, scope });
    for (const child of node.children.toReversed()) open.push({ node: child, around: scope });
  }
  return shown;
}
