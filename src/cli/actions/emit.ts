import { resolve } from 'node:path';
import { type Cli, exitCode } from '../../app/cli.ts';
import { readPlanFile } from '../../app/plan-file.ts';
import { realPath } from '../../app/real-path.ts';
import { treesOf } from '../../app/tree.ts';
import { UsageError } from '../../app/usage-error.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { emitPlan } from '../../phases/7-emit/emitters.ts';
import { parsePlanEmits, renderOutputs } from '../emit.ts';
import { checkDestinations, writeOutputs } from '../output.ts';

export interface EmitFlags {
  readonly to: readonly string[];
}

export async function emitCommand(cli: Cli, path: string, flags: EmitFlags): Promise<number> {
  const emits = parsePlanEmits(flags.to, cli.cwd);
  const plan = await readPlanFile(resolve(cli.cwd, path), path);
  const file = realPath(resolve(cli.cwd, path));
  const clash = emits.find((emit) => !emit.toStdout && realPath(emit.path) === file);
  if (clash) throw new UsageError(`--to ${clash.kind} would overwrite \`${clash.shown}\`, which is the plan itself`);
  const show = (diagnostics: readonly Diagnostic[]): Promise<void> =>
    cli.err(renderText(diagnostics, new Map(), { width: cli.width, palette: cli.palette }));
  const trees = treesOf([path], cli.cwd);
  const blocked = await checkDestinations(emits, trees);
  if (blocked.length > 0) {
    await show(blocked);
    return exitCode.errors;
  }
  const said: Diagnostic[] = [];
  const outputs = renderOutputs(emits, (kind) => emitPlan(kind, { plan }, (diagnostic) => said.push(diagnostic)));
  if (said.some(({ severity }) => severity === 'error')) {
    await show(said);
    return exitCode.errors;
  }
  const failures = await cli.interrupt.hold(() => writeOutputs(outputs.files, trees));
  await show([...said, ...failures]);
  if (failures.length > 0) return exitCode.errors;
  await cli.out(outputs.stdout);
  return exitCode.ok;
}
