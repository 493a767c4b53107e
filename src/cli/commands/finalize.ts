import type { Cli } from '../../app/cli.ts';
import type { FinalizeFlags } from '../actions/finalize.ts';
import { type CommandDefinition, textOrJson, withStateDir } from '../definition.ts';

export const finalize: CommandDefinition = {
  name: 'finalize',
  summary: 'take over what a run changed in its workspaces, where that is not done yet, or give it up',
  syntax: (command) =>
    withStateDir(
      command
        .argument('<RUN>', 'its id or the beginning of it, or `last`')
        .argument('[COMPONENT]', 'whose workspace; all that are not finalized unless given')
        .option('--retry', 'try it once more')
        .option(
          '--abandon <REASON>',
          'give the changes up: the copy is taken away with them, and what needs them does not begin',
        )
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, run: string, component: string | undefined, flags: FinalizeFlags) => {
    const { finalizeCommand } = await import('../actions/finalize.ts');
    return finalizeCommand(cli, run, component, flags);
  },
};
