import { Option } from 'commander';
import type { Cli } from '../../app/cli.ts';
import type { InitFlags } from '../actions/init.ts';
import type { CommandDefinition } from '../definition.ts';

export const init: CommandDefinition = {
  name: 'init',
  summary: 'write a scenario with a policy and a test that pass at once',
  syntax: (command) =>
    command
      .argument('[DIR]', 'folder to write into; made when it is not there', '.')
      .addOption(
        new Option('--lang <LANGUAGE>', 'language of the programs, the policy and the test')
          .choices(['typescript', 'python'])
          .default('typescript'),
      )
      .option('--name <NAME>', 'name of the project; that of the folder unless given'),
  action: async (cli: Cli, folder: string, flags: InitFlags) => {
    const { initCommand } = await import('../actions/init.ts');
    return initCommand(cli, folder, flags);
  },
};
