import type { Cli } from '../../../app/cli.ts';
import type { SecretsFlags } from '../../actions/secrets/perform.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsSet: CommandDefinition = {
  name: 'set',
  summary: 'keep the value on standard input: as a new secret, or as its next version',
  syntax: (command) => withSecretsOptions(command.argument('<SECRET>', 'VAULT/KEY, or KEY in the default vault')),
  action: async (cli: Cli, name: string, flags: SecretsFlags) => {
    const { setCommand } = await import('../../actions/secrets/set.ts');
    return setCommand(cli, name, flags);
  },
};
