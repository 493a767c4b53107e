import type { Cli } from '../../app/cli.ts';
import type { RunsFlags } from '../actions/runs.ts';
import { type CommandDefinition, textOrJson, withStateDir } from '../definition.ts';

export const ps: CommandDefinition = {
  name: 'ps',
  summary: 'list the runs',
  syntax: (command) => withStateDir(command.addOption(textOrJson())),
  action: async (cli: Cli, flags: RunsFlags) => {
    const { psCommand } = await import('../actions/ps.ts');
    return psCommand(cli, flags);
  },
};
