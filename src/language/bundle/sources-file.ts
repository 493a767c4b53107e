/** `sources.json`: what the manifests of a bundle were made of, where that cannot be told from them. */
import type { Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { type Cursor, fieldsOf, itemsOf, textOf, wrongType } from '../decode/cursor.ts';
import { normalUrl } from '../urls.ts';
import { sourcesSchema, sourcesVersion } from './format.ts';
import type { BundleIndex } from './index-file.ts';
import { type BundleReporter, bundleReporter, isOfKind, type Pair, pairOf, type Told, urlOf } from './report.ts';

export interface SourceNote {
  /** Where redirects led; relative references start there. */
  readonly loaded?: string;
  /** A file of its own, for a manifest that differs in nothing that the digest covers. */
  readonly text?: Told;
  /** Files whose text is in the program. */
  readonly files: readonly Pair[];
  /** Files that programs are started from. A bundle does not hold them. */
  readonly programs: readonly Pair[];
}

const known = ['schema', 'version', 'manifests'];

/** By normal URL. Undefined after an error. */
export function decodeSources(
  file: string,
  root: SyntaxNode,
  index: BundleIndex,
  sink: Sink,
): ReadonlyMap<string, SourceNote> | undefined {
  const ctx = bundleReporter(file, sink);
  const cursor = { node: root, path: '' };
  if (root.kind !== 'object') return wrongType(ctx, cursor, 'an object');
  if (!isOfKind(ctx, root, { schema: sourcesSchema, version: sourcesVersion })) return undefined;
  const fields = fieldsOf(ctx, cursor, { known, required: known });
  const notes = new Map<string, SourceNote>();
  for (const item of itemsOf(ctx, fields?.get('manifests'))) addNote(ctx, item, index, notes);
  return ctx.faults() === 0 ? notes : undefined;
}

function addNote(ctx: BundleReporter, item: Cursor, index: BundleIndex, notes: Map<string, SourceNote>): void {
  const fields = fieldsOf(ctx, item, { known: ['url', 'loaded', 'text', 'files', 'programs'], required: ['url'] });
  const url = urlOf(ctx, fields?.get('url'));
  const loaded = urlOf(ctx, fields?.get('loaded'));
  const text = fileNameOf(ctx, fields?.get('text'));
  const files = itemsOf(ctx, fields?.get('files')).flatMap((file) => pairOf(ctx, file) ?? []);
  const programs = itemsOf(ctx, fields?.get('programs')).flatMap((file) => pairOf(ctx, file) ?? []);
  if (!url) return;
  const key = normalUrl(new URL(url.value));
  const report = (message: string): void => ctx.report('invalid-value', url.range, `${item.path}.url`, message);
  if (!index.requests.has(key)) report(`\`${url.value}\` is not among the requests of the bundle`);
  else if (notes.has(key)) report(`\`${url.value}\` is described twice`);
  else {
    notes.set(key, {
      ...(loaded ? { loaded: normalUrl(new URL(loaded.value)) } : {}),
      ...(text ? { text } : {}),
      files,
      programs,
    });
  }
}

/** Nothing that leads out of `manifests/`. */
function fileNameOf(ctx: BundleReporter, cursor: Cursor | undefined): Told | undefined {
  const text = textOf(ctx, cursor);
  if (!text || !cursor || /^[\w-][\w.-]*$/.test(text.value)) return text;
  ctx.report('invalid-value', text.range, cursor.path, `\`${text.value}\` is not the name of a file in \`manifests\``);
  return undefined;
}
