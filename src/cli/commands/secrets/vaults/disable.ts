import type { Cli } from '../../../../app/cli.ts';
import type { SecretsFlags } from '../../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../../definition.ts';
import { withSecretsOptions } from '../options.ts';

export const vaultsDisable: CommandDefinition = {
  name: 'disable',
  summary: 'let nothing be read from a vault or written to it',
  syntax: (command) => withSecretsOptions(command.argument('<VAULT>', 'its name in the settings')),
  action: async (cli: Cli, vault: string, flags: SecretsFlags) => {
    const { vaultsDisableCommand } = await import('../../../actions/secrets/vaults/change.ts');
    return vaultsDisableCommand(cli, vault, flags);
  },
};
