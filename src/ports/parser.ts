import type { SourceText } from '../base/text.ts';
import type { Sink } from '../diagnostics/sink.ts';
import type { Manifest, Text } from '../ir/manifest.ts';
import type { SyntaxNode } from '../ir/syntax.ts';

/** Phase 1 as phase 2 sees it: phase 2 must read a manifest to know which others to load. */
export interface Parser {
  /** Bytes → text. Reports wrong UTF-8, binary content and NULs; strips a byte order mark. */
  readonly text: (file: string, bytes: Uint8Array, sink: Sink) => SourceText | undefined;
  /** Text → syntax tree; undefined after at least one error was reported. */
  readonly syntax: (source: SourceText, sink: Sink) => SyntaxNode | undefined;
  /** Every `{file: "path"}` of a program, in the order of the text. Works on any tree, broken ones too. */
  readonly fileRefs: (root: SyntaxNode) => readonly Text[];
  /** Syntax tree → manifest; `sidecars` holds the texts of `fileRefs` by path as written. */
  readonly decode: (
    source: SourceText,
    root: SyntaxNode,
    sidecars: ReadonlyMap<string, string>,
    sink: Sink,
  ) => Manifest | undefined;
  /** What can be read of a tree that `decode` refused, so that the rest of it can be checked too. Reports nothing. */
  readonly salvage: (
    source: SourceText,
    root: SyntaxNode,
    sidecars: ReadonlyMap<string, string>,
  ) => Manifest | undefined;
}
