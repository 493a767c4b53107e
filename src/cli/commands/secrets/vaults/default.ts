import type { Cli } from '../../../../app/cli.ts';
import type { SecretsFlags } from '../../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../../definition.ts';
import { withSecretsOptions } from '../options.ts';

export const vaultsDefault: CommandDefinition = {
  name: 'default',
  summary: 'make a vault the one that is meant where none is named',
  syntax: (command) => withSecretsOptions(command.argument('<VAULT>', 'its name in the settings')),
  action: async (cli: Cli, vault: string, flags: SecretsFlags) => {
    const { vaultsDefaultCommand } = await import('../../../actions/secrets/vaults/change.ts');
    return vaultsDefaultCommand(cli, vault, flags);
  },
};
