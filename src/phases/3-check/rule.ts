import type { Location, Range } from '../../base/span.ts';
import type { Definition } from '../../diagnostics/define.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Manifest } from '../../ir/manifest.ts';
import type { ManifestIndex } from '../../language/manifest-index.ts';

export interface RuleContext {
  readonly index: ManifestIndex;
  readonly report: (diagnostic: Diagnostic) => void;
  /** The candidate that was probably meant. Bounded for each manifest, because every question looks at every candidate. */
  readonly near: (name: string, candidates: Iterable<string>) => string | undefined;
  /** A range of this manifest as a location. */
  readonly at: (range: Range) => Location;
}

export interface Rule {
  /** Everything that `check` may report. */
  readonly emits: readonly Definition<never>[];
  /** Top-level fields that must be whole: of a manifest with a fault in one of them, the rule would tell what follows from it. */
  readonly needs?: readonly Section[];
  readonly check: (manifest: Manifest, ctx: RuleContext) => void;
}

export type Section =
  | 'manifest_version'
  | 'experimental_features'
  | 'program'
  | 'components'
  | 'use'
  | 'environments'
  | 'config_schema'
  | 'slots'
  | 'provides'
  | 'resources';
