import type { Cli } from '../../../app/cli.ts';
import type { RunsFlags } from '../../actions/runs.ts';
import { type CommandDefinition, textOrJson, withRun, withStateDir } from '../../definition.ts';

export const authorityList: CommandDefinition = {
  name: 'list',
  summary: 'list what was delegated to a run, and what each right of it stands on',
  syntax: (command) => withStateDir(withRun(command).addOption(textOrJson())),
  action: async (cli: Cli, id: string, flags: RunsFlags) => {
    const { authorityListCommand } = await import('../../actions/authority/list.ts');
    return authorityListCommand(cli, id, flags);
  },
};
