import type { Cli } from '../../../app/cli.ts';
import type { SecretsFlags } from '../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsList: CommandDefinition = {
  name: 'list',
  summary: 'list secrets, and what is still to be done about them',
  syntax: (command) =>
    withSecretsOptions(command.argument('[VAULT]', 'its name in the settings; all of them unless given')),
  action: async (cli: Cli, vault: string | undefined, flags: SecretsFlags) => {
    const { listCommand } = await import('../../actions/secrets/list.ts');
    return listCommand(cli, vault, flags);
  },
};
