import type { Cli } from '../../app/cli.ts';
import type { VerifyRunFlags } from '../actions/verify-run.ts';
import { type CommandDefinition, textOrJson, withStateDir } from '../definition.ts';

export const verifyRun: CommandDefinition = {
  name: 'verify-run',
  summary: 'verify a run by its folder',
  syntax: (command) =>
    withStateDir(
      command
        .argument('[RUN|FOLDER]', 'the last run unless given', 'last')
        .option('--key <FILE>', 'its public key')
        .option('--plan <FILE>', 'the plan that it ran')
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, named: string, flags: VerifyRunFlags) => {
    const { verifyRunCommand } = await import('../actions/verify-run.ts');
    return verifyRunCommand(cli, named, flags);
  },
};
