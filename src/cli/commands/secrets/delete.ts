import type { Cli } from '../../../app/cli.ts';
import type { SecretsFlags } from '../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsDelete: CommandDefinition = {
  name: 'delete',
  summary: 'delete a secret, here at once and then in its vault',
  syntax: (command) => withSecretsOptions(command.argument('<SECRET>', 'VAULT/KEY, or KEY in the default vault')),
  action: async (cli: Cli, name: string, flags: SecretsFlags) => {
    const { deleteCommand } = await import('../../actions/secrets/delete.ts');
    return deleteCommand(cli, name, flags);
  },
};
