import type { Cli } from '../../../app/cli.ts';
import type { RunsFlags } from '../../actions/runs.ts';
import { type CommandDefinition, textOrJson, withRun, withStateDir } from '../../definition.ts';

export const workspaceConflicts: CommandDefinition = {
  name: 'conflicts',
  summary: 'list paths that the source and a copy have both changed, and what settles each',
  syntax: (command) => withStateDir(withRun(command).addOption(textOrJson())),
  action: async (cli: Cli, id: string, flags: RunsFlags) => {
    const { conflictsCommand } = await import('../../actions/workspace/conflicts.ts');
    return conflictsCommand(cli, id, flags);
  },
};
