import type { Cli } from '../../../app/cli.ts';
import type { AttestVerifyFlags } from '../../actions/attest-verify.ts';
import { type CommandDefinition, textOrJson, withCompileOptions } from '../../definition.ts';

export const attestVerify: CommandDefinition = {
  name: 'verify',
  summary: 'tell whether a key vouches for a plan; needs no network',
  syntax: (command) =>
    withCompileOptions(
      command
        .argument('<FILE>', 'the attestation')
        .requiredOption('--key <FILE>', 'public key: Ed25519 in PEM (SPKI)')
        .requiredOption('--plan <FILE>', 'the plan that it is about')
        .option(
          '--relink <SCENARIO>',
          'also compile this scenario, frozen where it has a lock, and want the same bytes',
        )
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, path: string, flags: AttestVerifyFlags) => {
    const { attestVerifyCommand } = await import('../../actions/attest-verify.ts');
    return attestVerifyCommand(cli, path, flags);
  },
};
