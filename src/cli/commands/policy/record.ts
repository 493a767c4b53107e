import type { Cli } from '../../../app/cli.ts';
import type { PolicyRecordFlags } from '../../actions/policy/record.ts';
import { type CommandDefinition, withCompileOptions } from '../../definition.ts';

export const policyRecord: CommandDefinition = {
  name: 'record',
  summary: 'ask the policies of a scenario, and write a lock that a frozen compile takes their answers from',
  syntax: (command) =>
    withCompileOptions(
      command
        .argument('<SCENARIO>', 'a manifest, a folder that holds one, a bundle, or a URL')
        .option(
          '--out <DIR>',
          'folder to write headgate.lock and headgate.lock.d into; that of the scenario unless given',
        ),
    ),
  action: async (cli: Cli, path: string, flags: PolicyRecordFlags) => {
    const { policyRecordCommand } = await import('../../actions/policy/record.ts');
    return policyRecordCommand(cli, path, flags);
  },
};
