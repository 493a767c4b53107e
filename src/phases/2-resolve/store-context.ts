import type { SourceText } from '../../base/text.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Manifest } from '../../ir/manifest.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import type { Loader, LoadResult } from '../../ports/loader.ts';
import type { Parser } from '../../ports/parser.ts';
import type { Document } from './document.ts';
import type { ResolveLimits } from './limits.ts';

/** A promise only of what has to be waited for. */
export type Read = (url: string) => LoadResult | Promise<LoadResult>;

/** Answers what an earlier compile made of the same files, or what `make` makes of what it reads. */
export type Recall = (
  key: string,
  read: Read,
  make: (read: Read) => Document | Promise<Document>,
) => Document | Promise<Document>;

/** What documents are read with. */
export interface StoreContext {
  readonly baseDir: string;
  readonly loader: Loader;
  readonly parser: Parser;
  /** Waited for before `parser.syntax`: answers the tree, or makes the library ready that reads this text. */
  readonly prepare: (source: SourceText) => SyntaxNode | undefined | Promise<SyntaxNode | undefined>;
  /** Phase 3's rules over one manifest; called once for each that was loaded. */
  readonly check: (manifest: Manifest, sink: Sink) => void;
  readonly limits?: Partial<ResolveLimits>;
  /** Asked for each document, where several compiles follow each other in one process. */
  readonly recall?: Recall | undefined;
}

/** One reading of a document and its sidecars. */
export interface ReadContext extends Omit<StoreContext, 'limits' | 'recall'> {
  readonly maxBytes: number;
  readonly read: Read;
}
