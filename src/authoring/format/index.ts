/**
 * Formatting. In: a text in YAML, JSON5 or JSON. Out: the same text in the one style, or why it is left alone. The result reads
 * to the same tree, has the same comments in the same places, and is what formatting it again gives; what cannot have all of
 * that is refused.
 */
import { at, emptyRange, type Range } from '../../base/span.ts';
import { lineStarts, type SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/format.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { createSink } from '../../diagnostics/sink.ts';
import { formatOf, loadSyntax, parseJsonText, parseSyntax } from '../../language/syntax/parse.ts';
import { type Outline, outlineOf } from './outline.ts';
import { type Layout, loadPrinter, type Print } from './printer.ts';

export type Formatted = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

/** How often a text is printed until it stays as it is. */
const maxRounds = 4;

/** `text` is without a mark of the byte order, and so is what comes back. Nothing is trusted of what `load` brings. */
export async function formatText(given: SourceText, load: typeof loadPrinter = loadPrinter): Promise<Formatted> {
  const format = formatOf(given);
  await loadSyntax(format);
  const source: SourceText = { ...given, format };
  const sink = createSink();
  const before = outlined(source, sink);
  if (!before) return { diagnostics: sink.diagnostics };
  const printed = await settle(source, before, await load(layoutOf(source, before)));
  if ('harm' in printed) return { diagnostics: [unsafe(source, printed.harm, printed.range)] };
  return 'text' in printed ? printed : { diagnostics: [failed(source, printed.error)] };
}

type Printed =
  | { readonly text: string }
  | { readonly error: unknown }
  | { readonly harm: D.Harm; readonly range: Range };

/** Prints until nothing changes any more: some layouts of the library need a second time. */
async function settle(source: SourceText, before: Outline, print: Print): Promise<Printed> {
  let last = source.text;
  let parted = 0;
  for (let round = 0; round < maxRounds; round++) {
    let next: string;
    try {
      next = await print(last);
    } catch (error) {
      if (round === 0) return { error };
      return { harm: 'unstable', range: near(source, before, last, parted) };
    }
    if (next === last) return { text: last };
    const sink = createSink();
    const after = outlined({ ...source, text: next }, sink);
    if (!after) return { harm: 'value', range: near(source, before, next, sink.diagnostics[0]?.at?.range.start ?? 0) };
    const harm = harmOf(before, after);
    if (harm) return harm;
    parted = sameLength(last, next);
    last = next;
  }
  return { harm: 'unstable', range: near(source, before, last, parted) };
}

function sameLength(a: string, b: string): number {
  let same = 0;
  while (a[same] === b[same]) same++;
  return same;
}

/**
 * The last key or value that begins before the place in the source that an offset in a printed text stems from: with as many
 * marks before it that are no space. Quotes and commas that came or went may shift it by a little.
 */
function near({ text }: SourceText, { values }: Outline, printed: string, offset: number): Range {
  let marks = printed.slice(0, offset).replace(/\s+/g, '').length;
  let start = 0;
  for (; start < text.length; start++) if (/\S/.test(text[start] as string) && marks-- === 0) break;
  return values.findLast(({ range }) => range.start <= start && range.end > range.start)?.range ?? emptyRange;
}

const parts = [
  ['values', 'value'],
  ['comments', 'comment'],
  ['suppressions', 'suppression'],
] as const;

/** The first thing of `before` that is not the same. */
function harmOf(before: Outline, after: Outline): { readonly harm: D.Harm; readonly range: Range } | undefined {
  for (const [part, harm] of parts) {
    const [old, now] = [before[part], after[part]];
    const first = old.findIndex(({ sign }, i) => sign !== now[i]?.sign);
    if (first >= 0 || now.length > old.length) return { harm, range: (old[first] ?? old.at(-1))?.range ?? emptyRange };
  }
  return undefined;
}

const unsafe = ({ file, format }: SourceText, harm: D.Harm, range: Range): Diagnostic =>
  D.formatUnsafe({ file, harm, mark: format === 'yaml' ? '#' : '//' }, { at: at(file, range) });

function failed(source: SourceText, error: unknown): Diagnostic {
  const { message, loc } = error as { message?: string; loc?: { start?: { line?: number; column?: number } } };
  const [first = ''] = String(message ?? error).split('\n');
  const reason = first.replace(/ \(\d+:\d+\)$/, '');
  const start = offsetOf(source, loc?.start);
  return D.formatFailed({ file: source.file, reason }, { at: at(source.file, { start, end: start }) });
}

/** Of a line and a column counted from 1. */
function offsetOf(source: SourceText, place: { line?: number; column?: number } | undefined): number {
  const line = lineStarts(source)[(place?.line ?? 1) - 1] ?? 0;
  return Math.min(line + (place?.column ?? 1) - 1, source.text.length);
}

function outlined(source: SourceText, sink = createSink()): Outline | undefined {
  const root = parseSyntax(source, sink);
  return root && outlineOf(source, root);
}

/** Words that our JSON5 parser takes as keys in quotes only. */
const reserved = /^key (?:true|false|null|NaN|Infinity)$/;

function layoutOf({ file, text, format }: SourceText, { values }: Outline): Layout {
  if (format === 'yaml') return 'yaml';
  if (file.endsWith('.json') || (!file.endsWith('.json5') && parseJsonText(text).node)) return 'json';
  return values.some(({ sign }) => reserved.test(sign)) ? 'json5-quoted' : 'json5';
}
