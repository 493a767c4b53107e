import type { Cli } from '../../app/cli.ts';
import type { ResumeFlags } from '../actions/resume.ts';
import { type CommandDefinition, collect, proveOption, signKeyOption, withRun, withStateDir } from '../definition.ts';

export const resume: CommandDefinition = {
  name: 'resume',
  summary: 'go on with a run whose headgate was ended',
  syntax: (command) =>
    withStateDir(
      withRun(command)
        .option(
          '--redo <MONIKER>',
          'run a task again, though it has ended or may have had its effect; repeatable',
          collect,
        )
        .option('--config <FILE>', 'root config for programs, for what the environment does not give')
        .addOption(proveOption())
        .option('--detach', 'go on in the background; ends when everything is ready, and judged where the run is')
        .option(
          '--report <KIND=FILE>',
          'also tell how it ended, and what its probes found, as junit, sarif or github; repeatable',
          collect,
        )
        .addOption(signKeyOption()),
    ),
  action: async (cli: Cli, id: string, flags: ResumeFlags) => {
    const { resumeCommand } = await import('../actions/resume.ts');
    return resumeCommand(cli, id, flags);
  },
};
