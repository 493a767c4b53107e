import type { Cli } from '../../../app/cli.ts';
import type { ServerRunFlags } from '../../actions/server/run.ts';
import type { CommandDefinition } from '../../definition.ts';

export const serverRun: CommandDefinition = {
  name: 'run',
  summary: 'be a check server; `check` starts one by itself where HEADGATE_SERVER=1 is set',
  syntax: (command) =>
    command.option('--idle <TIME>', 'how long to wait for the next check before ending, such as 10m or 30s', '10m'),
  action: async (cli: Cli, flags: ServerRunFlags) => {
    const { serverRunCommand } = await import('../../actions/server/run.ts');
    return serverRunCommand(cli, flags);
  },
};
