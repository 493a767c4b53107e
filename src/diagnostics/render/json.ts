/** Diagnostics for programs. The shape is published and versioned; ranges are those of the Language Server Protocol. */
import type { Location } from '../../base/span.ts';
import { type PositionRange, positionRange, type Sources } from '../../base/text.ts';
import { type Diagnostic, markedAt, type Severity } from '../diagnostic.ts';
import type { FixKind, TextFix } from '../fix.ts';
import { countBySeverity } from './summary.ts';

export const DIAGNOSTICS_VERSION = 1;

export interface JsonPlace {
  readonly file: string;
  readonly range: PositionRange;
}

export interface JsonDiagnostic extends JsonPlace {
  readonly code: string;
  readonly aliases: readonly string[];
  readonly severity: Severity;
  readonly message: string;
  readonly rule?: string;
  readonly label?: string;
  readonly focus?: PositionRange;
  readonly related: readonly (JsonPlace & { readonly message: string })[];
  readonly help?: string;
  readonly fixes?: readonly JsonFix[];
}

export interface JsonFix {
  readonly title: string;
  readonly kind: FixKind;
  readonly edits: readonly (JsonPlace & { readonly newText: string })[];
}

export interface JsonReport {
  readonly version: typeof DIAGNOSTICS_VERSION;
  readonly diagnostics: readonly JsonDiagnostic[];
  readonly summary: {
    readonly errors: number;
    readonly warnings: number;
    readonly infos: number;
    readonly hints: number;
  };
  /** When folders were searched. */
  readonly checked?: JsonChecked;
}

export interface JsonChecked {
  readonly scenarios: number;
  readonly leftOut: readonly { readonly file: string; readonly reason: string }[];
}

export interface JsonOptions {
  /** The `file` of a problem that lies in no file; its range is empty, at the beginning. */
  readonly input: string;
  /** Fixes in characters; none without it. */
  readonly fixesOf?: (diagnostic: Diagnostic) => readonly TextFix[];
  readonly checked?: JsonChecked;
}

export function jsonReport(diagnostics: readonly Diagnostic[], sources: Sources, options: JsonOptions): JsonReport {
  const counts = countBySeverity(diagnostics);
  return {
    version: DIAGNOSTICS_VERSION,
    diagnostics: diagnostics.map((d) => jsonDiagnostic(d, sources, options)),
    summary: { errors: counts.error, warnings: counts.warning, infos: counts.info, hints: counts.hint },
    ...(options.checked ? { checked: options.checked } : {}),
  };
}

export const renderJson = (diagnostics: readonly Diagnostic[], sources: Sources, options: JsonOptions): string =>
  `${JSON.stringify(jsonReport(diagnostics, sources, options), null, 2)}\n`;

function jsonDiagnostic(d: Diagnostic, sources: Sources, { input, fixesOf }: JsonOptions): JsonDiagnostic {
  const fixes = fixesOf?.(d) ?? [];
  return {
    code: d.code,
    aliases: d.aliases,
    severity: d.severity,
    message: d.message,
    ...(d.rule === undefined ? {} : { rule: d.rule }),
    ...(d.label === undefined ? {} : { label: d.label }),
    ...jsonPlace(d.at, sources, input),
    ...(d.focus === undefined ? {} : { focus: jsonPlace(markedAt(d), sources, input).range }),
    related: d.related.map((related) => ({ message: related.message, ...jsonPlace(related.at, sources, input) })),
    ...(d.help === undefined ? {} : { help: d.help }),
    ...(fixes.length === 0 ? {} : { fixes: fixes.map((fix) => jsonFix(fix, sources, input)) }),
  };
}

const jsonFix = ({ title, kind, edits }: TextFix, sources: Sources, input: string): JsonFix => ({
  title,
  kind,
  edits: edits.map(({ at, text }) => ({ ...jsonPlace(at, sources, input), newText: text })),
});

const start = { line: 0, character: 0 };

function jsonPlace(place: Location | undefined, sources: Sources, input: string): JsonPlace {
  const source = place && sources.get(place.file);
  return {
    file: place?.file ?? input,
    range: place && source ? positionRange(source, place.range) : { start, end: start },
  };
}
