import type { Cli } from '../../app/cli.ts';
import type { RunsFlags } from '../actions/runs.ts';
import { type CommandDefinition, textOrJson, withRun, withStateDir } from '../definition.ts';

export const interactions: CommandDefinition = {
  name: 'interactions',
  summary: 'list what the components of a run have asked for, and what became of it',
  syntax: (command) => withStateDir(withRun(command).addOption(textOrJson())),
  action: async (cli: Cli, id: string, flags: RunsFlags) => {
    const { interactionsCommand } = await import('../actions/interactions.ts');
    return interactionsCommand(cli, id, flags);
  },
};
