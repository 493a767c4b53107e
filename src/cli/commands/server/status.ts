import type { Cli } from '../../../app/cli.ts';
import type { ServerFlags } from '../../actions/server/status.ts';
import { type CommandDefinition, textOrJson } from '../../definition.ts';

export const serverStatus: CommandDefinition = {
  name: 'status',
  summary: 'list your check servers',
  syntax: (command) => command.addOption(textOrJson()),
  action: async (cli: Cli, flags: ServerFlags) => {
    const { serverStatusCommand } = await import('../../actions/server/status.ts');
    return serverStatusCommand(cli, flags);
  },
};
