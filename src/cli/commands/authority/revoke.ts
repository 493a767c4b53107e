import type { Cli } from '../../../app/cli.ts';
import type { RevokeFlags } from '../../actions/authority/revoke.ts';
import { type CommandDefinition, textOrJson, withStateDir } from '../../definition.ts';

export const authorityRevoke: CommandDefinition = {
  name: 'revoke',
  summary: 'take a delegation back from a run, for good',
  syntax: (command) =>
    withStateDir(
      command
        .argument('<RUN>', 'its id or the beginning of it; `last` for the last one')
        .argument('<ID>', 'of a delegation, as `headgate authority list` shows it')
        .requiredOption('--reason <TEXT>', 'why, in one line: it stands in the journal')
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, run: string, id: string, flags: RevokeFlags) => {
    const { authorityRevokeCommand } = await import('../../actions/authority/revoke.ts');
    return authorityRevokeCommand(cli, run, id, flags);
  },
};
