import type { Cli } from '../../app/cli.ts';
import type { VerifyRunFlags } from '../actions/verify-run.ts';
import { type CommandDefinition, textOrJson, withStateDir } from '../definition.ts';

export const verifyRun: CommandDefinition = {
  name: 'verify-run',
  summary: 'derive the verdict of a run again from its folder alone; needs no network',
  syntax: (command) =>
    withStateDir(
      command
        .argument('[RUN|FOLDER]', 'a run, or a folder of one, which may be a copy; the last run unless given', 'last')
        .option('--key <FILE>', 'public key that must have signed it: Ed25519 in PEM (SPKI)')
        .option('--plan <FILE>', 'the plan that it must have run')
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, named: string, flags: VerifyRunFlags) => {
    const { verifyRunCommand } = await import('../actions/verify-run.ts');
    return verifyRunCommand(cli, named, flags);
  },
};
