import type { Cli } from '../../../app/cli.ts';
import type { AttestFlags } from '../../actions/attest.ts';
import { type CommandDefinition, withCompileOptions } from '../../definition.ts';

export const attestSign: CommandDefinition = {
  name: 'sign',
  summary: 'sign a plan, with everything that it was made of',
  syntax: (command) =>
    withCompileOptions(
      command
        .argument('<SCENARIO|PLAN>', 'a scenario, which is compiled first, or a plan')
        .requiredOption('--key <FILE>', 'private key: Ed25519 in PEM (PKCS8)')
        .requiredOption('--out <FILE>', 'the attestation; - for standard output'),
    ),
  action: async (cli: Cli, path: string, flags: AttestFlags) => {
    const { attestCommand } = await import('../../actions/attest.ts');
    return attestCommand(cli, path, flags);
  },
};
