import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { LoadedManifest, TreeDocument } from '../../ir/tree.ts';
import type { LoadFailure } from '../../ports/loader.ts';
import type { Reference } from './references.ts';

/** What came of one URL. Diagnostics wait here until the walk meets the document, so their order is not that of loading. */
export interface Document {
  readonly display: string;
  readonly failure?: LoadFailure;
  readonly source?: SourceText;
  /** It has the field that every manifest has, or cannot be read as YAML or JSON5. */
  readonly claims: boolean;
  /** It does not claim to be a manifest, and looks like one by the fields from here on. */
  readonly alike?: Range;
  /** URLs that a manifest with faults names, besides its references. */
  readonly mentions: readonly string[];
  /** URLs that a text seems to name which cannot be parsed. */
  readonly guesses?: readonly string[];
  /** Display name → digest of the bytes, of its sidecars. */
  readonly digests: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when the text is not a manifest; an error says why. */
  readonly loaded?: LoadedManifest;
  /** There when `loaded` is. */
  readonly record?: TreeDocument;
  readonly references: readonly Reference[];
}
