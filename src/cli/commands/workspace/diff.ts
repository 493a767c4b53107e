import type { Cli } from '../../../app/cli.ts';
import type { DiffFlags } from '../../actions/workspace/diff.ts';
import { type CommandDefinition, textOrJson, withRun, withStateDir } from '../../definition.ts';

export const workspaceDiff: CommandDefinition = {
  name: 'diff',
  summary: 'show what a copy has, against the source as it was and as it is now',
  syntax: (command) =>
    withStateDir(
      withRun(command)
        .argument('[COPY]', 'id of a copy, name of a workspace, or moniker of a component; all copies unless given')
        .option('--stat', 'only which paths are different')
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, id: string, copy: string | undefined, flags: DiffFlags) => {
    const { diffCommand } = await import('../../actions/workspace/diff.ts');
    return diffCommand(cli, id, copy, flags);
  },
};
