import type { Cli } from '../../app/cli.ts';
import type { EmitFlags } from '../actions/emit.ts';
import { type CommandDefinition, collect } from '../definition.ts';

export const emit: CommandDefinition = {
  name: 'emit',
  summary: 'write outputs of a plan, long after it was compiled',
  syntax: (command) =>
    command
      .argument('<PLAN>', 'a plan that `compile --emit plan=PATH` wrote, or the plan.json of a run')
      .requiredOption(
        '--to <KIND=PATH>',
        'write an output of a plan to a file or folder, or to standard output as `-`; repeatable',
        collect,
      ),
  action: async (cli: Cli, path: string, flags: EmitFlags) => {
    const { emitCommand } = await import('../actions/emit.ts');
    return emitCommand(cli, path, flags);
  },
};
