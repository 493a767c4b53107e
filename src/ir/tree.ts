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
  /** `{file}` sidecars that were read: display name → digest over the bytes. */
  readonly sidecars: ReadonlyMap<string, string>;
  /** Every manifest that was read, also under `use` and below child templates, in the order of the walk; the root first. */
  readonly documents: readonly TreeDocument[];
}

/** A manifest with what it refers to: all that is needed to load it again from somewhere else. */
export interface TreeDocument {
  /** As asked for; `loaded.url` is where redirects led. Absolute. */
  readonly requested: string;
  readonly loaded: LoadedManifest;
  /** As written, and the absolute URL that it means. */
  readonly references: readonly { readonly text: string; readonly url: string }[];
  /** Its `{file: path}` texts by path as written. */
  readonly sidecars: ReadonlyMap<string, string>;
  /** Files whose text was in the manifest already when it was loaded, with the digest of their bytes. */
  readonly inlined: readonly { readonly url: string; readonly digest: string }[];
}
