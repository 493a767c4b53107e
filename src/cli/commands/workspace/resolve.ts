import { Option } from 'commander';
import type { Cli } from '../../../app/cli.ts';
import type { ResolveFlags } from '../../actions/workspace/resolve.ts';
import { type CommandDefinition, textOrJson, withStateDir } from '../../definition.ts';

export const workspaceResolve: CommandDefinition = {
  name: 'resolve',
  summary: 'say whose side counts where the source and a copy have both changed a path',
  syntax: (command) =>
    withStateDir(
      command
        .argument('<RUN>', 'its id or the beginning of it; `last` for the last one')
        .argument('[PATH]', 'of a conflict, as `headgate workspace conflicts` shows it')
        .option('--all', 'all conflicts that nobody has settled')
        .addOption(
          new Option('--take <SIDE>', 'local: what the source has; remote: what the copy has')
            .choices(['local', 'remote'])
            .makeOptionMandatory(),
        )
        .option('--copy <COPY>', 'id of the copy, where several have a conflict there')
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, id: string, path: string | undefined, flags: ResolveFlags) => {
    const { resolveCommand } = await import('../../actions/workspace/resolve.ts');
    return resolveCommand(cli, id, path, flags);
  },
};
