/** What phase 2 hands on: manifests loaded, references resolved, one node an instance. */
import type { Sources } from '../base/text.ts';
import type { ChildDecl, Manifest } from './manifest.ts';

/** A manifest as loaded from one place. The same text under two URLs gives two of them. */
export interface LoadedManifest {
  readonly manifest: Manifest;
  /** Where it was finally loaded from (after redirects); relative references join onto it. Absolute. */
  readonly url: string;
  /** The same for people and plans: relative to the root manifest's folder, or the URL. Equals `manifest.file`. */
  readonly display: string;
}

/** One instance of a manifest in the tree. */
export interface TreeNode {
  readonly name: string;
  readonly loaded: LoadedManifest;
  /** The declaration in the parent's manifest; absent for the root. */
  readonly decl?: ChildDecl;
  readonly parent?: TreeNode;
  /** Sorted by name. Empty until the walk has filled it; never changes after phase 2. */
  readonly children: TreeNode[];
  /** Instances of the `use` entries, by name; trees of their own. */
  readonly use: TreeNode[];
  /** Manifests of child templates by template name and index. */
  readonly templates: { readonly template: string; readonly nodes: readonly LoadedManifest[] }[];
}

export interface ManifestTree {
  readonly root: TreeNode;
  readonly sources: Sources;
  /** `{file}` sidecars and manifests that were read: display name → digest over the bytes. */
  readonly sidecars: ReadonlyMap<string, string>;
}
