import type { Cli } from '../../../app/cli.ts';
import type { RotateFlags } from '../../actions/secrets/rotate.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsRotate: CommandDefinition = {
  name: 'rotate',
  summary: 'give a secret another value, from standard input or generated',
  syntax: (command) =>
    withSecretsOptions(
      command
        .argument('<SECRET>', 'VAULT/KEY, or KEY in the default vault')
        .option('--generate <N>', 'make a value of N random characters, which need no escaping in a URL')
        .option('--resume', 'go on with what an earlier command did not finish'),
    ),
  action: async (cli: Cli, name: string, flags: RotateFlags) => {
    const { rotateCommand } = await import('../../actions/secrets/rotate.ts');
    return rotateCommand(cli, name, flags);
  },
};
