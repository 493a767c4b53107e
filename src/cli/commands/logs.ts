import type { Cli } from '../../app/cli.ts';
import type { LogsFlags } from '../actions/logs.ts';
import { type CommandDefinition, withRun, withStateDir } from '../definition.ts';

export const logs: CommandDefinition = {
  name: 'logs',
  summary: 'print what the programs of a run said',
  syntax: (command) =>
    withStateDir(
      withRun(command)
        .argument('[MONIKER]', 'one component; all of them unless given')
        .option('-f, --follow', 'go on as long as the run does'),
    ),
  action: async (cli: Cli, id: string, moniker: string | undefined, flags: LogsFlags) => {
    const { logsCommand } = await import('../actions/logs.ts');
    return logsCommand(cli, id, moniker, flags);
  },
};
