import type { Sources, SourceText } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderJson } from '../../diagnostics/render/json.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { sortDiagnostics } from '../../diagnostics/sink.ts';
import { type Cli, exitCode } from '../cli.ts';
import type { SharedFlags } from '../flags.ts';
import { compileInput } from '../session.ts';

export interface CheckFlags extends SharedFlags {
  readonly format: 'text' | 'json';
  readonly applyPolicies?: boolean;
}

export async function checkCommand(cli: Cli, paths: readonly string[], flags: CheckFlags): Promise<number> {
  const inputs = paths.length === 0 ? ['.'] : paths;
  const found: Diagnostic[] = [];
  const texts = new Map<string, SourceText>();
  // One after the other: policies of different scenarios must not compete for ports and processors.
  for (const path of inputs) {
    const session = await compileInput(cli, path, { askPolicies: flags.applyPolicies === true, flags });
    found.push(...session.diagnostics);
    for (const [file, source] of session.sources) texts.set(file, source);
  }
  // A manifest that several of the inputs share is reported once.
  const diagnostics = sortDiagnostics(found);
  const sources: Sources = texts;
  if (flags.format === 'json') await cli.out(renderJson(diagnostics, sources, { input: inputs[0] as string }));
  else await cli.err(renderText(diagnostics, sources, { width: cli.width, palette: cli.palette }));
  return diagnostics.some((d) => d.severity === 'error') ? exitCode.errors : exitCode.ok;
}
