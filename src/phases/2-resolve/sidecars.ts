import { digestOf } from '../../base/digest.ts';
import { at } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/resolve.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Text } from '../../ir/manifest.ts';
import { displayName, isFileUrl, sidecarUrl } from '../../language/urls.ts';
import type { ReadContext } from './store-context.ts';

export interface Sidecars {
  /** By path as written; what could not be read is reported and left out. */
  readonly texts: ReadonlyMap<string, string>;
  /** Display name → digest of the bytes. */
  readonly digests: ReadonlyMap<string, string>;
}

const none: Sidecars = { texts: new Map(), digests: new Map() };

/** Reads every `{file: "path"}` of one manifest; most have none. The text is taken as it is: no trimming, a byte order mark stays. */
export const loadSidecars = (
  refs: readonly Text[],
  manifest: { readonly display: string; readonly url: string },
  sink: Sink,
  ctx: ReadContext,
): Sidecars | Promise<Sidecars> => (refs.length === 0 ? none : load(refs, manifest, sink, ctx));

async function load(
  refs: readonly Text[],
  manifest: { readonly display: string; readonly url: string },
  sink: Sink,
  ctx: ReadContext,
): Promise<Sidecars> {
  const paths = [...new Set(refs.map((ref) => ref.value))];
  const outcomes = await Promise.all(paths.map((path) => readSidecar(path, manifest.url, ctx)));
  const byPath = new Map(paths.map((path, i) => [path, outcomes[i] as Outcome]));
  for (const { value: path, range } of refs) {
    const outcome = byPath.get(path);
    const place = { at: at(manifest.display, range), label: 'file reference here' };
    if (outcome?.kind === 'too-large') {
      sink.report(D.tooLarge({ what: `file \`${path}\``, limit: ctx.maxBytes }, place));
    } else if (outcome?.kind === 'outside') {
      const { reason, help } = outcome;
      sink.report(D.outsideTree({ path, what: 'a program', reason }, { ...place, help }));
    } else if (outcome?.kind === 'failed') {
      sink.report(D.fileReference({ path, reason: outcome.reason }, { ...place, help: outcome.help }));
    }
  }
  const read = [...byPath].flatMap(([path, outcome]) => (outcome.kind === 'text' ? [{ path, ...outcome }] : []));
  return {
    texts: new Map(read.map(({ path, text }) => [path, text])),
    digests: new Map(read.map(({ display, digest }) => [display, digest])),
  };
}

type Outcome =
  | { readonly kind: 'text'; readonly text: string; readonly display: string; readonly digest: string }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'outside'; readonly reason: string; readonly help: string | undefined }
  | { readonly kind: 'failed'; readonly reason: string; readonly help: string | undefined };

const failed = (reason: string, help?: string): Outcome => ({ kind: 'failed', reason, help });

async function readSidecar(path: string, manifestUrl: string, ctx: ReadContext): Promise<Outcome> {
  if (!isFileUrl(manifestUrl)) {
    return failed(
      'this manifest was not loaded from a file, so there is no folder to look in',
      'write the text into the manifest',
    );
  }
  if (path === '') return failed('the path is empty');
  const url = sidecarUrl(path, manifestUrl);
  if (url === undefined) return failed('no file can have this name');
  const result = await ctx.read(url);
  if (!result.ok) {
    const { kind, message, help } = result.failure;
    if (kind === 'outside') return { kind, reason: message, help };
    return kind === 'too-large' ? { kind: 'too-large' } : failed(message, help);
  }
  const { bytes } = result.value;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { kind: 'text', text, display: displayName(url, ctx.baseDir), digest: digestOf(bytes) };
  } catch {
    return failed('it is not UTF-8 text');
  }
}
