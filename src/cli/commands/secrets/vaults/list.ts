import type { Cli } from '../../../../app/cli.ts';
import type { SecretsFlags } from '../../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../../definition.ts';
import { withSecretsOptions } from '../options.ts';

export const vaultsList: CommandDefinition = {
  name: 'list',
  summary: 'list vaults',
  syntax: (command) => withSecretsOptions(command),
  action: async (cli: Cli, flags: SecretsFlags) => {
    const { vaultsListCommand } = await import('../../../actions/secrets/vaults/list.ts');
    return vaultsListCommand(cli, flags);
  },
};
