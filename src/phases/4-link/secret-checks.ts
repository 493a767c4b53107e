/** What a link looks at of secrets. Loaded where there are vaults, or something that may be a reference to one. */
import type { Sink } from '../../diagnostics/sink.ts';
import type { ManifestTree } from '../../ir/tree.ts';
import { type GivenConfig, givenReferencePaths } from '../../language/config/given.ts';
import { indexOf } from '../../language/manifest-index.ts';
import type { Instance } from './instance.ts';
import { checkGivenConfig } from './passes/check-given-config.ts';
import { checkSecretReferences } from './passes/check-secret-references.ts';
import { checkSecretTexts } from './passes/check-secret-texts.ts';

export interface SecretChecks {
  /** What is written, before anything is made of it. */
  readonly written: (tree: ManifestTree, sink: Sink) => void;
  /** What config was put together from it. */
  readonly composed: (instances: readonly Instance[], sink: Sink) => void;
  /** Paths of the root config at which references are given. */
  readonly given: (tree: ManifestTree) => readonly string[];
}

export const createSecretChecks = (vaults: readonly string[], given: GivenConfig): SecretChecks => ({
  written: (tree, sink) => {
    checkSecretTexts(tree, vaults, sink);
    checkGivenConfig(tree.root.loaded.manifest, given, vaults, sink);
  },
  composed: (instances, sink) => checkSecretReferences(instances, vaults, sink),
  given: ({ root }) => givenReferencePaths(indexOf(root.loaded.manifest).schema, given),
});
