/** Diagnostics in the format that was asked for: for people to standard error, for programs to standard output. */
import type { Sources } from '../base/text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderJson } from '../diagnostics/render/json.ts';
import { renderText } from '../diagnostics/render/text.ts';
import { type Cli, exitCode } from './cli.ts';

export type Format = 'text' | 'json';
export const formats: readonly Format[] = ['text', 'json'];

export interface ReportOptions {
  readonly format: Format;
  /** The file of what lies in none. */
  readonly input: string;
}

/** Answers the exit code: 1 with an error among them. */
export async function report(
  cli: Cli,
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  options: ReportOptions,
): Promise<number> {
  if (options.format === 'json') await cli.out(renderJson(diagnostics, sources, options));
  else await cli.err(renderText(diagnostics, sources, { width: cli.width, palette: cli.palette }));
  return diagnostics.some((d) => d.severity === 'error') ? exitCode.errors : exitCode.ok;
}
