/** `bundle.json`: which URL stands for which manifest. */
import { suggest } from '../../base/suggest.ts';
import * as D from '../../diagnostics/catalogue/bundle.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { fieldsOf, itemsOf, wrongType } from '../decode/cursor.ts';
import { normalUrl } from '../urls.ts';
import { bundleSchema, bundleVersion } from './format.ts';
import { type BundleReporter, bundleReporter, isOfKind, type Pair, pairOf, type Told, urlOf } from './report.ts';

export interface BundleIndex {
  /** URLs are normal. */
  readonly rootUrl: string;
  readonly requests: ReadonlyMap<string, Pair>;
}

const known = ['schema', 'version', 'root_url', 'requests'];

/** Undefined after an error. */
export function decodeIndex(file: string, root: SyntaxNode, sink: Sink): BundleIndex | undefined {
  const ctx = bundleReporter(file, sink);
  const cursor = { node: root, path: '' };
  if (root.kind !== 'object') return wrongType(ctx, cursor, 'an object');
  if (!isOfKind(ctx, root, { schema: bundleSchema, version: bundleVersion })) return undefined;
  const fields = fieldsOf(ctx, cursor, { known, required: known });
  const rootUrl = urlOf(ctx, fields?.get('root_url'));
  const pairs = itemsOf(ctx, fields?.get('requests')).flatMap((item) => pairOf(ctx, item) ?? []);
  const whole = ctx.faults() === 0;
  const requests = requestsByUrl(ctx, pairs);
  if (!rootUrl) return undefined;
  if (whole) checkRoot(ctx, rootUrl, requests);
  return ctx.faults() === 0 ? { rootUrl: normalUrl(new URL(rootUrl.value)), requests } : undefined;
}

function requestsByUrl(ctx: BundleReporter, pairs: readonly Pair[]): ReadonlyMap<string, Pair> {
  const requests = new Map<string, Pair>();
  for (const pair of pairs) {
    const key = normalUrl(new URL(pair.url.value));
    const first = requests.get(key);
    if (!first) requests.set(key, pair);
    else if (first.digest.value === pair.digest.value) {
      const related = [{ message: 'first listed here', at: ctx.at(first.url.range) }];
      ctx.tell(
        D.bundleDuplicateRequest({ url: pair.url.value }, { at: ctx.at(pair.url.range), label: 'again', related }),
      );
    } else {
      const related = [{ message: 'the other digest', at: ctx.at(first.digest.range) }];
      const args = { url: pair.url.value, first: first.digest.value, second: pair.digest.value };
      ctx.tell(D.bundleConflictingDigests(args, { at: ctx.at(pair.digest.range), label: 'another digest', related }));
    }
  }
  return requests;
}

function checkRoot(ctx: BundleReporter, rootUrl: Told, requests: ReadonlyMap<string, Pair>): void {
  if (requests.has(normalUrl(new URL(rootUrl.value)))) return;
  const near = suggest(
    rootUrl.value,
    [...requests.values()].map(({ url }) => url.value),
  );
  ctx.tell(
    D.bundleMissingRoot(
      { url: rootUrl.value },
      { at: ctx.at(rootUrl.range), label: 'not listed', ...(near ? { help: `did you mean \`${near}\`?` } : {}) },
    ),
  );
}
