import type { Cli } from '../../../app/cli.ts';
import type { ContractExportFlags } from '../../actions/contract/export.ts';
import { type CommandDefinition, withStateDir } from '../../definition.ts';

export const contractExport: CommandDefinition = {
  name: 'export',
  summary: 'print the contract of a run, or what really happened in it',
  syntax: (command) =>
    withStateDir(
      command
        .argument('<RUN>', 'its id or the beginning of it; `last` is the newest')
        .option('--record', 'the OperationRecord: every entry of its journal, as an event')
        .option('--output <FILE>', 'write to a file instead of standard output'),
    ),
  action: async (cli: Cli, named: string, flags: ContractExportFlags) => {
    const { contractExportCommand } = await import('../../actions/contract/export.ts');
    return contractExportCommand(cli, named, flags);
  },
};
