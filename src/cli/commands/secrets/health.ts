import type { Cli } from '../../../app/cli.ts';
import type { SecretsFlags } from '../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsHealth: CommandDefinition = {
  name: 'health',
  summary: 'ask vaults how they are',
  syntax: (command) =>
    withSecretsOptions(command.argument('[VAULT]', 'its name in the settings; all of them unless given')),
  action: async (cli: Cli, vault: string | undefined, flags: SecretsFlags) => {
    const { healthCommand } = await import('../../actions/secrets/health.ts');
    return healthCommand(cli, vault, flags);
  },
};
