import type { Cli } from '../../app/cli.ts';
import type { RunsFlags } from '../actions/runs.ts';
import { type CommandDefinition, textOrJson, withRun, withStateDir } from '../definition.ts';

export const status: CommandDefinition = {
  name: 'status',
  summary: 'tell what a run and its components are doing',
  syntax: (command) => withStateDir(withRun(command).addOption(textOrJson())),
  action: async (cli: Cli, id: string, flags: RunsFlags) => {
    const { statusCommand } = await import('../actions/status.ts');
    return statusCommand(cli, id, flags);
  },
};
