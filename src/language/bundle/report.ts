import { controlRefused, hasControl, withoutControl } from '../../base/control.ts';
import { type Location, at as locate, type Range } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/bundle.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { ObjectNode } from '../../ir/syntax.ts';
import { type Cursor, fieldsOf, shownPath, textOf, wrongType } from '../decode/cursor.ts';
import type { Reporter } from '../decode/reporter.ts';
import { isDigest } from './format.ts';

/** Faults of one index file of a bundle, as diagnostics in it. */
export interface BundleReporter extends Reporter {
  readonly at: (range: Range) => Location;
  readonly tell: (diagnostic: Diagnostic) => void;
  readonly faults: () => number;
}

export function bundleReporter(file: string, sink: Sink): BundleReporter {
  let faults = 0;
  const at = (range: Range): Location => locate(file, range);
  const tell = (diagnostic: Diagnostic): void => {
    faults++;
    sink.report(diagnostic);
  };
  return {
    at,
    tell,
    faults: () => faults,
    report: (fault, range, path, message, help) =>
      // Quotes are no remedy in a file that nobody writes by hand.
      tell(
        D.bundleInvalid(
          { path: shownPath(path), message },
          { at: at(range), help: fault === 'wrong-type' ? undefined : help },
        ),
      ),
  };
}

export interface Kind {
  readonly schema: string;
  readonly version: number;
}

/** False after a report: then nothing else of the file is known to mean anything. */
export function isOfKind(ctx: BundleReporter, root: ObjectNode, { schema, version }: Kind): boolean {
  const get = (name: string): Cursor | undefined => {
    const node = root.entries.findLast((entry) => entry.key === name)?.value;
    return node && { node, path: name };
  };
  const named = textOf(ctx, get('schema'));
  const numbered = get('version');
  if (named && named.value !== schema) {
    ctx.tell(D.bundleSchema({ found: named.value, expected: schema }, { at: ctx.at(named.range), label: 'not this' }));
    return false;
  }
  if (numbered && numbered.node.kind !== 'number') wrongType(ctx, numbered, `the number ${version}`);
  else if (numbered?.node.kind === 'number' && numbered.node.value !== version) {
    const place = { at: ctx.at(numbered.node.range), label: 'not known' };
    ctx.tell(D.bundleVersion({ found: numbered.node.text, expected: version }, place));
    return false;
  }
  // A file that lacks either is told so with all its other fields.
  return true;
}

export interface Told {
  readonly value: string;
  readonly range: Range;
}

export function urlOf(ctx: BundleReporter, cursor: Cursor | undefined): Told | undefined {
  const text = textOf(ctx, cursor);
  if (!text || !cursor) return text;
  if (hasControl(text.value)) {
    ctx.report('invalid-value', text.range, cursor.path, controlRefused, withoutControl);
    return undefined;
  }
  if (URL.canParse(text.value)) return text;
  ctx.report('invalid-value', text.range, cursor.path, `\`${text.value}\` is not an absolute URL`);
  return undefined;
}

export function digestOf(ctx: BundleReporter, cursor: Cursor | undefined): Told | undefined {
  const text = textOf(ctx, cursor);
  if (!text || !cursor || isDigest(text.value)) return text;
  const form = 'a digest is `sha256:` and 32 bytes in base64, padded';
  ctx.report('invalid-value', text.range, cursor.path, `\`${text.value}\` is not a digest`, form);
  return undefined;
}

export interface Pair {
  readonly url: Told;
  readonly digest: Told;
}

/** `{url, digest}` */
export function pairOf(ctx: BundleReporter, cursor: Cursor): Pair | undefined {
  const fields = fieldsOf(ctx, cursor, { known: ['url', 'digest'], required: ['url', 'digest'] });
  const url = fields && urlOf(ctx, fields.get('url'));
  const digest = fields && digestOf(ctx, fields.get('digest'));
  return url && digest && { url, digest };
}
