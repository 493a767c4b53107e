import type { Cli } from '../../../app/cli.ts';
import type { ServerFlags } from '../../actions/server/status.ts';
import { type CommandDefinition, textOrJson } from '../../definition.ts';

export const serverStop: CommandDefinition = {
  name: 'stop',
  summary: 'end your check servers; what they are asked meanwhile is done without them',
  syntax: (command) => command.addOption(textOrJson()),
  action: async (cli: Cli, flags: ServerFlags) => {
    const { serverStopCommand } = await import('../../actions/server/stop.ts');
    return serverStopCommand(cli, flags);
  },
};
