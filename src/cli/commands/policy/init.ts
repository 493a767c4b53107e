import { join, resolve } from 'node:path';
import { packageFolder } from '../../../adapters/package-folder.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import { renderText } from '../../../diagnostics/render/text.ts';
import { type Cli, exitCode } from '../../cli.ts';
import { chooseName } from '../../init/name.ts';
import { stepsIn } from '../../init/next-steps.ts';
import { fillPolicyTemplate, type PolicyLanguage } from '../../init/policy-templates.ts';
import { findObstacles, writeProject } from '../../init/write.ts';
import { UsageError } from '../../usage-error.ts';

export interface PolicyInitFlags {
  readonly lang: PolicyLanguage;
  readonly name?: string;
}

/** npm puts the headgate that it installs on the PATH of its scripts. */
const steps: Readonly<Record<PolicyLanguage, (headgate: string) => readonly string[]>> = {
  ts: () => ['npm install', 'npm test'],
  python: (headgate) => ['python3 -m unittest', `${headgate} policy test`],
};

/** Paths of what was written go to standard output, one a line; what to do next to standard error. */
export async function policyInitCommand(cli: Cli, shown: string, flags: PolicyInitFlags): Promise<number> {
  if (shown === '') throw new UsageError('the folder has no name; give `.` for the current one');
  const folder = resolve(cli.cwd, shown);
  const name = chooseName(folder, flags.name);
  const project = { folder, shown, files: fillPolicyTemplate(flags.lang, name) };
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
  const lines = stepsIn({ folder, shown, program, path: cli.env['PATH'] }, steps[flags.lang]);
  await cli.err(`Created ${name}: a policy and its tests. Next:\n${lines}README.md says what is where.\n`);
  return exitCode.ok;
}
