import type { Sources } from '../../base/text.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Manifest } from '../../ir/manifest.ts';
import type { Loader } from '../../ports/loader.ts';
import type { Parser } from '../../ports/parser.ts';
import type { ResolveLimits } from './limits.ts';

export interface ResolveContext {
  readonly loader: Loader;
  readonly parser: Parser;
  /** Makes the library ready that reads files of this name; awaited before `parser.syntax`. */
  readonly prepare: (file: string) => Promise<void>;
  /** Phase 3's rules over one manifest; called once for each that was loaded. */
  readonly check: (manifest: Manifest, sink: Sink) => void;
  readonly sink: Sink;
  /** A `Map` that every text is added to as soon as it is met: diagnostics show them also when there is no tree. */
  readonly sources?: Sources;
  readonly limits?: Partial<ResolveLimits>;
}
