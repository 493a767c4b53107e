import { join, resolve } from 'node:path';
import { packageFolder } from '../../adapters/package-folder.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { type Cli, exitCode } from '../cli.ts';
import { chooseName } from '../init/name.ts';
import { nextSteps } from '../init/next-steps.ts';
import { fillTemplate, type Language } from '../init/templates.ts';
import { findObstacles, writeProject } from '../init/write.ts';
import { UsageError } from '../usage-error.ts';

export interface InitFlags {
  readonly lang: Language;
  readonly name?: string;
}

/** Paths of what was written go to standard output, one a line; what to do next to standard error. */
export async function initCommand(cli: Cli, shown: string, flags: InitFlags): Promise<number> {
  if (shown === '') throw new UsageError('the folder has no name; give `.` for the current one');
  const folder = resolve(cli.cwd, shown);
  const name = chooseName(folder, flags.name);
  const project = { folder, shown, files: fillTemplate(flags.lang, name) };
  const refuse = async (diagnostics: readonly Diagnostic[]): Promise<number> => {
    await cli.err(renderText(diagnostics, new Map(), { width: cli.width, palette: cli.palette }));
    return exitCode.errors;
  };
  const obstacles = await findObstacles(project);
  if (obstacles.length > 0) return refuse(obstacles);
  const failures = await cli.interrupt.hold(() => writeProject(project));
  if (failures.length > 0) return refuse(failures);
  await cli.out(project.files.map(({ path }) => `${join(shown, path)}\n`).join(''));
  const program = join(packageFolder(), 'dist', 'cli.js');
  await cli.err(nextSteps({ language: flags.lang, name, folder, shown, program, path: cli.env['PATH'] }));
  return exitCode.ok;
}
