import type { Cli } from '../../../app/cli.ts';
import type { ContractValidateFlags } from '../../actions/contract/validate.ts';
import { type CommandDefinition, textOrJson } from '../../definition.ts';

export const contractValidate: CommandDefinition = {
  name: 'validate',
  summary: 'tell every fault of contracts and records',
  syntax: (command) => command.argument('<FILE...>', 'contracts or records, in JSON or YAML').addOption(textOrJson()),
  action: async (cli: Cli, files: readonly string[], flags: ContractValidateFlags) => {
    const { contractValidateCommand } = await import('../../actions/contract/validate.ts');
    return contractValidateCommand(cli, files, flags);
  },
};
