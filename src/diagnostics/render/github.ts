/** Diagnostics as workflow commands of GitHub Actions, which turn them into annotations. */
import type { Location } from '../../base/span.ts';
import { type PositionRange, positionAt, positionRange, type Sources, type SourceText } from '../../base/text.ts';
import { type Diagnostic, markedAt, type Severity } from '../diagnostic.ts';
import { printable } from './width.ts';

export interface GithubOptions {
  /** The file of a problem that lies in no file. */
  readonly input: string;
}

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
  hint: 'notice',
};
const RANKS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2, hint: 2 };

/** Errors come first: GitHub makes annotations of the first ten of a level. */
export function renderGithub(diagnostics: readonly Diagnostic[], sources: Sources, options: GithubOptions): string {
  return [...diagnostics]
    .sort((a, b) => RANKS[a.severity] - RANKS[b.severity])
    .map((d) => `${command(d, sources, options.input)}\n`)
    .join('');
}

function command(d: Diagnostic, sources: Sources, input: string): string {
  const properties = [...place(markedAt(d), sources, input), ['title', d.code] as const];
  const listed = properties.map(([name, value]) => `${name}=${escapeProperty(String(value))}`).join(',');
  return `::${COMMANDS[d.severity]} ${listed}::${escapeData(body(d, sources))}`;
}

type Property = readonly [name: string, value: string | number];

function place(at: Location | undefined, sources: Sources, input: string): readonly Property[] {
  const source = at && sources.get(at.file);
  if (!at || !source) {
    const file = at?.file ?? input;
    return file === '' ? [] : [['file', file]];
  }
  const { start, end } = visibleRange(source, at);
  const lines: readonly Property[] = [
    ['file', at.file],
    ['line', start.line + 1],
    ['endLine', end.line + 1],
  ];
  // Columns of a range over several lines are refused.
  if (start.line !== end.line) return lines;
  return [...lines, ['col', start.character + 1], ['endColumn', end.character + 1]];
}

/** Without line breaks at its end, which would show the line behind as part of it. */
function visibleRange(source: SourceText, { range }: Location): PositionRange {
  let end = range.end;
  while (end > range.start && /[\r\n]/.test(source.text[end - 1] ?? '')) end--;
  return positionRange(source, { start: range.start, end });
}

/** The log shows this part alone, so that it says the place too. */
function body(d: Diagnostic, sources: Sources): string {
  const at = markedAt(d);
  const parts = [
    at ? `${placeText(at, sources)}: ${d.message}` : d.message,
    ...d.related.map((related) => `note: ${related.message} (${placeText(related.at, sources)})`),
    ...(d.help === undefined ? [] : [`help: ${d.help}`]),
  ];
  return parts
    .flatMap((part) => part.split(/\r\n|\r|\n/))
    .map(printable)
    .join('\n');
}

function placeText(at: Location, sources: Sources): string {
  const source = sources.get(at.file);
  if (!source) return at.file;
  const { line, character } = positionAt(source, at.range.start);
  return `${at.file}:${line + 1}:${character + 1}`;
}

const DATA: Readonly<Record<string, string>> = { '%': '%25', '\r': '%0D', '\n': '%0A' };
const PROPERTY: Readonly<Record<string, string>> = { ...DATA, ':': '%3A', ',': '%2C' };

/** The older form of a command is found anywhere in a line. */
const withoutOld = (text: string): string => text.replaceAll('##[', '#·#[');

const escapeData = (text: string): string => withoutOld(text).replace(/[%\r\n]/g, (found) => DATA[found] as string);
const escapeProperty = (text: string): string =>
  withoutOld(text).replace(/[%\r\n:,]/g, (found) => PROPERTY[found] as string);
