import type { Sink } from '../../diagnostics/sink.ts';
import type { Manifest } from '../../ir/manifest.ts';
import type { Loader, LoadResult } from '../../ports/loader.ts';
import type { Parser } from '../../ports/parser.ts';
import type { ResolveLimits } from './limits.ts';

/** What documents are read with. */
export interface StoreContext {
  readonly baseDir: string;
  readonly loader: Loader;
  readonly parser: Parser;
  /** Makes the library ready that reads files of this name; awaited before `parser.syntax`. */
  readonly prepare: (file: string) => Promise<void>;
  /** Phase 3's rules over one manifest; called once for each that was loaded. */
  readonly check: (manifest: Manifest, sink: Sink) => void;
  readonly limits?: Partial<ResolveLimits>;
}

/** One reading of a document and its sidecars. */
export interface ReadContext extends Omit<StoreContext, 'limits'> {
  readonly maxBytes: number;
  readonly read: (url: string) => Promise<LoadResult>;
}
