import { Option } from 'commander';
import type { Cli } from '../../../app/cli.ts';
import type { UpdateFlags } from '../../actions/secrets/update.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsUpdate: CommandDefinition = {
  name: 'update',
  summary: 'change what is said of a secret, and whether it is given out',
  syntax: (command) =>
    withSecretsOptions(
      command
        .argument('<SECRET>', 'VAULT/KEY, or KEY in the default vault')
        .option('--description <TEXT>', 'what it is for; empty for none')
        .addOption(
          new Option('--status <STATUS>', 'only an active secret is given out').choices([
            'active',
            'disabled',
            'archived',
            'deleted',
          ]),
        ),
    ),
  action: async (cli: Cli, name: string, flags: UpdateFlags) => {
    const { updateCommand } = await import('../../actions/secrets/update.ts');
    return updateCommand(cli, name, flags);
  },
};
