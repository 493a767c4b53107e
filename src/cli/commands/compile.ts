import type { Sources } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { type Cli, exitCode } from '../cli.ts';
import { parseEmits, refuseInputs, renderOutputs } from '../emit.ts';
import type { SharedFlags } from '../flags.ts';
import { checkTargets, writeOutputs } from '../output.ts';
import { compileInput, hasErrors } from '../session.ts';

export interface CompileFlags extends SharedFlags {
  readonly emit?: readonly string[];
}

export async function compileCommand(cli: Cli, path: string, flags: CompileFlags): Promise<number> {
  const emits = parseEmits(flags.emit ?? ['plan=-'], cli.cwd);
  const show = (diagnostics: readonly Diagnostic[], sources: Sources): Promise<void> =>
    cli.err(renderText(diagnostics, sources, { width: cli.width, palette: cli.palette }));
  // Before any policy runs: it would be a pity to ask them all for a plan that cannot be written.
  const blocked = await checkTargets(emits);
  if (blocked.length > 0) {
    await show(blocked, new Map());
    return exitCode.errors;
  }
  const session = await compileInput(cli, path, { askPolicies: true, flags });
  const compiled = session.result?.compiled;
  if (hasErrors(session) || !compiled) {
    await show(session.diagnostics, session.sources);
    return exitCode.errors;
  }
  refuseInputs(emits, session.sources.keys(), cli.cwd);
  const outputs = renderOutputs(emits, compiled.emit);
  const failures = await cli.interrupt.hold(() => writeOutputs(outputs.files));
  await show([...session.diagnostics, ...failures], session.sources);
  if (failures.length > 0) return exitCode.errors;
  await cli.out(outputs.stdout);
  return exitCode.ok;
}
