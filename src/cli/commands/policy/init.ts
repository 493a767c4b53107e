import { Option } from 'commander';
import type { Cli } from '../../../app/cli.ts';
import type { PolicyInitFlags } from '../../actions/policy/init.ts';
import type { CommandDefinition } from '../../definition.ts';

export const policyInit: CommandDefinition = {
  name: 'init',
  summary: 'write a policy with its manifest, config and tests, which pass at once',
  syntax: (command) =>
    command
      .argument('[DIR]', 'folder to write into; made when it is not there', '.')
      .addOption(
        new Option('--lang <LANGUAGE>', 'language of the policy and of its tests')
          .choices(['ts', 'python'])
          .default('ts'),
      )
      .option('--name <NAME>', 'name of the policy; that of the folder unless given'),
  action: async (cli: Cli, folder: string, flags: PolicyInitFlags) => {
    const { policyInitCommand } = await import('../../actions/policy/init.ts');
    return policyInitCommand(cli, folder, flags);
  },
};
