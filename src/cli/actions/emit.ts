import { resolve } from 'node:path';
import { type Cli, exitCode } from '../../app/cli.ts';
import { readPlanFile } from '../../app/plan-file.ts';
import { treesOf } from '../../app/tree.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { emitPlan } from '../../phases/7-emit/emitters.ts';
import type { Files } from '../../phases/7-emit/output.ts';
import { type Emit, parsePlanEmits, renderOutputs, writtenTo } from '../emit.ts';
import { leftoversKept, writeEmits } from '../emitted/write.ts';
import { optimiseLaterFor } from '../optimise-later.ts';
import { checkDestinations, type OutputFile } from '../output.ts';
import { refuseOver } from '../overwrite.ts';

export interface EmitFlags {
  readonly to: readonly string[];
}

export async function emitCommand(cli: Cli, path: string, flags: EmitFlags): Promise<number> {
  const emits = parsePlanEmits(flags.to, cli.cwd);
  const plan = await readPlanFile(resolve(cli.cwd, path), path);
  const refuseOverPlan = (files: readonly OutputFile[]): void =>
    refuseOver(writtenTo(emits, files, '--to'), [path], cli.cwd, 'is the plan itself');
  refuseOverPlan([]);
  const show = (diagnostics: readonly Diagnostic[]): Promise<void> =>
    cli.err(renderText(diagnostics, new Map(), { width: cli.width, palette: cli.palette }));
  const trees = treesOf([path], cli.cwd);
  const blocked = await checkDestinations(emits, trees);
  if (blocked.length > 0) {
    await show(blocked);
    return exitCode.errors;
  }
  const said: Diagnostic[] = [];
  if (emits.some(({ holds }) => holds)) await optimiseLaterFor(plan.components.length);
  const made = new Map<string, Files>(
    emits.map(({ kind }) => [kind, emitPlan(kind, { plan }, (diagnostic) => said.push(diagnostic))]),
  );
  const textsOf = ({ kind }: Emit): Files => made.get(kind) ?? new Map();
  if (said.some(({ severity }) => severity === 'error')) {
    await show(said);
    return exitCode.errors;
  }
  said.push(...leftoversKept(emits, textsOf, trees));
  const outputs = renderOutputs(emits, textsOf);
  refuseOverPlan(outputs.files);
  const after = await cli.interrupt.hold(() => writeEmits(emits, outputs, textsOf, trees));
  await show([...said, ...after]);
  if (after.some(({ severity }) => severity === 'error')) return exitCode.errors;
  await cli.out(outputs.stdout);
  return exitCode.ok;
}
