import type { Cli } from '../../../app/cli.ts';
import type { SecretsFlags } from '../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsUsage: CommandDefinition = {
  name: 'usage',
  summary: 'show who is given a secret: components and policies of this scenario and of runs',
  syntax: (command) =>
    withSecretsOptions(
      command.argument('[SECRET]', 'VAULT, VAULT/KEY, or KEY in the default vault; all of them unless given'),
    ),
  action: async (cli: Cli, name: string | undefined, flags: SecretsFlags) => {
    const { usageCommand } = await import('../../actions/secrets/usage.ts');
    return usageCommand(cli, name, flags);
  },
};
