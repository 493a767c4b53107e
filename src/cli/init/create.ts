/** What every `init` does: refuse or write the whole project, name its files, say what to do next. */
import { join, resolve } from 'node:path';
import { packageFolder } from '../../adapters/files/package-folder.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { UsageError } from '../../app/usage-error.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { settingsNames } from '../../language/settings/names.ts';
import { chooseName } from './name.ts';
import type { NewFile } from './templates.ts';
import { judgeProject, writeProject } from './write.ts';

export interface Created {
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** As typed. */
  readonly shown: string;
  /** Of the headgate that runs. */
  readonly program: string;
  readonly path: string | undefined;
}

export interface ProjectKind {
  readonly fill: (name: string) => readonly NewFile[];
  readonly next: (created: Created) => string;
}

/** Paths of what was written go to standard output, one a line; what to do next to standard error. */
export async function createProject(
  cli: Cli,
  shown: string,
  wantedName: string | undefined,
  kind: ProjectKind,
): Promise<number> {
  if (shown === '') throw new UsageError('the folder has no name; give `.` for the current one');
  const folder = resolve(cli.cwd, shown);
  const name = chooseName(folder, wantedName);
  const project = { folder, shown, files: kind.fill(name) };
  const refuse = async (diagnostics: readonly Diagnostic[]): Promise<number> => {
    await cli.err(renderText(diagnostics, new Map(), { width: cli.width, palette: cli.palette }));
    return exitCode.errors;
  };
  const places = await judgeProject(project);
  if ('code' in places) return refuse([places]);
  const failures = await cli.interrupt.hold(() => writeProject(places));
  if (failures.length > 0) return refuse(failures);
  if (project.files.some(({ path }) => path === settingsNames[0])) {
    const { trustWritten } = await import('../../app/trust/written.ts');
    await trustWritten(cli, folder);
  }
  await cli.out(project.files.map(({ path }) => `${join(shown, path)}\n`).join(''));
  const program = join(packageFolder(), 'dist', 'cli.cjs');
  await cli.err(kind.next({ name, folder, shown, program, path: cli.env['PATH'] }));
  return exitCode.ok;
}
