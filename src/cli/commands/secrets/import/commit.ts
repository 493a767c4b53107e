import type { Cli } from '../../../../app/cli.ts';
import type { CommitFlags } from '../../../actions/secrets/import/commit.ts';
import type { CommandDefinition } from '../../../definition.ts';
import { withSecretsOptions } from '../options.ts';

export const importCommit: CommandDefinition = {
  name: 'commit',
  summary: 'import what rows name, as references that headgate never writes or deletes',
  syntax: (command) =>
    withSecretsOptions(
      command
        .argument('<VAULT>', 'its name in the settings')
        .requiredOption(
          '--file <ROWS>',
          'a JSON array of 1 to 100 rows, `{externalRef, name, key?, description?, providerVersionRef?}`; `-` is standard input',
        ),
    ),
  action: async (cli: Cli, vault: string, flags: CommitFlags) => {
    const { importCommitCommand } = await import('../../../actions/secrets/import/commit.ts');
    return importCommitCommand(cli, vault, flags);
  },
};
