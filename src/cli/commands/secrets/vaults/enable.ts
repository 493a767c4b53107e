import type { Cli } from '../../../../app/cli.ts';
import type { SecretsFlags } from '../../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../../definition.ts';
import { withSecretsOptions } from '../options.ts';

export const vaultsEnable: CommandDefinition = {
  name: 'enable',
  summary: 'let a vault be used again',
  syntax: (command) => withSecretsOptions(command.argument('<VAULT>', 'its name in the settings')),
  action: async (cli: Cli, vault: string, flags: SecretsFlags) => {
    const { vaultsEnableCommand } = await import('../../../actions/secrets/vaults/change.ts');
    return vaultsEnableCommand(cli, vault, flags);
  },
};
