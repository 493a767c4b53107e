import type { Cli } from '../../../app/cli.ts';
import type { RunsFlags } from '../../actions/runs.ts';
import { type CommandDefinition, textOrJson, withRun, withStateDir } from '../../definition.ts';

export const probeList: CommandDefinition = {
  name: 'list',
  summary: 'list the probes of a run, and what each found last',
  syntax: (command) => withStateDir(withRun(command).addOption(textOrJson())),
  action: async (cli: Cli, id: string, flags: RunsFlags) => {
    const { probeListCommand } = await import('../../actions/probe/list.ts');
    return probeListCommand(cli, id, flags);
  },
};
