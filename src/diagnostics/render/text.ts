/** Diagnostics for people: message, marked excerpt, related places, help. */
import type { Location } from '../../base/span.ts';
import { positionAt, type Sources } from '../../base/text.ts';
import { type Diagnostic, markedAt } from '../diagnostic.ts';
import { concealed } from './conceal.ts';
import { frame, gutterOf } from './frame.ts';
import { type Palette, plain } from './palette.ts';
import { countBySeverity, summaryLine } from './summary.ts';
import { printable, wrap } from './width.ts';

export interface TextOptions {
  /** Columns; 80 unless told. */
  readonly width?: number;
  readonly palette?: Palette;
  /** How many diagnostics are shown in full; 100 unless told. */
  readonly limit?: number;
}

/** Empty without diagnostics; otherwise ends in a summary and a line break. */
export function renderText(diagnostics: readonly Diagnostic[], sources: Sources, options: TextOptions = {}): string {
  if (diagnostics.length === 0) return '';
  const width = Math.max(40, options.width ?? 80);
  const palette = options.palette ?? plain;
  const limit = options.limit ?? 100;
  const texts = concealed(diagnostics, sources);
  const shown = diagnostics.slice(0, limit).map((d) => block(d, texts, width, palette).join('\n'));
  const hidden = diagnostics.length - shown.length;
  if (hidden > 0) shown.push(`... and ${hidden} more, not shown`);
  const counts = countBySeverity(diagnostics);
  const worst = counts.error > 0 ? 'error' : counts.warning > 0 ? 'warning' : 'info';
  shown.push(`${palette.severity[worst](worst)}: ${summaryLine(counts)}`);
  return `${shown.join('\n\n')}\n`;
}

function block(d: Diagnostic, sources: Sources, width: number, palette: Palette): readonly string[] {
  const marked = markedAt(d);
  const places = [...(marked ? [marked] : []), ...d.related.map((related) => related.at)];
  const gutter = Math.max(1, ...places.map((place) => gutterWidth(place, sources)));
  const paint = palette.severity[d.severity];
  const heading = `${d.severity}[${d.code}]`;
  const out = headed(heading, paint, d.message, width, palette.strong);
  if (marked)
    out.push(
      ...located(marked, sources, {
        mark: '^',
        label: d.label,
        width,
        gutter,
        paintMark: paint,
        paintFrame: palette.frame,
      }),
    );
  for (const related of d.related) {
    out.push(...headed('note', palette.related, related.message, width, (text) => text));
    out.push(
      ...located(related.at, sources, {
        mark: '-',
        label: undefined,
        width,
        gutter,
        paintMark: palette.related,
        paintFrame: palette.frame,
      }),
    );
  }
  if (d.help !== undefined) out.push(...helpLines(d.help, gutter, width, palette));
  return out;
}

/** `heading: message`, wrapped, with the rest of the message indented by two. */
function headed(
  heading: string,
  paint: (text: string) => string,
  message: string,
  width: number,
  strong: (text: string) => string,
): string[] {
  const [first = '', ...rest] = wrap(message, width - 2, width - heading.length - 2);
  return [`${paint(heading)}: ${strong(first)}`.trimEnd(), ...rest.map((line) => `  ${strong(line)}`)];
}

function gutterWidth(place: Location, sources: Sources): number {
  const source = sources.get(place.file);
  return source ? gutterOf(source, place.range) : 1;
}

function located(place: Location, sources: Sources, options: Parameters<typeof frame>[2]): readonly string[] {
  const source = sources.get(place.file);
  const arrow = `${' '.repeat(options.gutter)}${options.paintFrame('-->')} ${printable(place.file)}`;
  if (!source) return [arrow];
  const { line, character } = positionAt(source, place.range.start);
  const shown = `${arrow}:${line + 1}:${character + 1}`;
  return source.hidden ? [shown] : [shown, ...frame(source, place.range, options)];
}

function helpLines(help: string, gutter: number, width: number, palette: Palette): readonly string[] {
  const indent = ' '.repeat(gutter + 1);
  const [first = '', ...rest] = wrap(help, width - indent.length - '= help: '.length);
  const continued = ' '.repeat(indent.length + '= help: '.length);
  return [
    `${indent}${palette.frame('=')} ${palette.strong('help')}: ${first}`.trimEnd(),
    ...rest.map((line) => `${continued}${line}`.trimEnd()),
  ];
}
