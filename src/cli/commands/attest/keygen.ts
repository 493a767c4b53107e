import type { Cli } from '../../../app/cli.ts';
import type { AttestKeygenFlags } from '../../actions/attest.ts';
import type { CommandDefinition } from '../../definition.ts';

export const attestKeygen: CommandDefinition = {
  name: 'keygen',
  summary: 'make a pair of keys, and print the id of it',
  syntax: (command) =>
    command.requiredOption('--out <FILE>', 'where the private key goes; the public one goes to FILE.pub'),
  action: async (cli: Cli, flags: AttestKeygenFlags) => {
    const { attestKeygenCommand } = await import('../../actions/attest.ts');
    return attestKeygenCommand(cli, flags);
  },
};
