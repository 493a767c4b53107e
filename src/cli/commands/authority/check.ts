import type { Cli } from '../../../app/cli.ts';
import type { AuthorityCheckFlags } from '../../actions/authority/check.ts';
import { type CommandDefinition, collect, textOrJson, withCompileOptions } from '../../definition.ts';

export const authorityCheck: CommandDefinition = {
  name: 'check',
  summary: 'say which rights a run of a scenario or plan would need, and which of them nothing gives; begins none',
  syntax: (command) =>
    withCompileOptions(
      command
        .argument('<SCENARIO|PLAN>', 'a scenario, which is compiled first, or a plan')
        .option('--delegation <FILE>', 'judge by this file, instead of the one that the settings name')
        .option(
          '--slot <NAME=URL>',
          'what a slot of the root leads to; all of them count unless one is given; repeatable',
          collect,
        )
        .option('--source-dir <DIR>', 'where the manifests of a plan are; its own folder unless given')
        .addOption(textOrJson()),
      'the run and its policies',
    ),
  action: async (cli: Cli, input: string, flags: AuthorityCheckFlags) => {
    const { authorityCheckCommand } = await import('../../actions/authority/check.ts');
    return authorityCheckCommand(cli, input, flags);
  },
};
