import type { Cli } from '../../app/cli.ts';
import type { RunsFlags } from '../actions/runs.ts';
import { type CommandDefinition, withRun, withStateDir } from '../definition.ts';

export const stop: CommandDefinition = {
  name: 'stop',
  summary: 'end a run: programs are asked to end, and ended when they do not',
  syntax: (command) => withStateDir(withRun(command)),
  action: async (cli: Cli, id: string, flags: RunsFlags) => {
    const { stopCommand } = await import('../actions/stop.ts');
    return stopCommand(cli, id, flags);
  },
};
