import type { Cli } from '../../../app/cli.ts';
import type { RunsFlags } from '../../actions/runs.ts';
import { type CommandDefinition, textOrJson, withRun, withStateDir } from '../../definition.ts';

export const probeRun: CommandDefinition = {
  name: 'run',
  summary: 'run probes on what runs now, all of them unless named',
  syntax: (command) => withStateDir(withRun(command).argument('[PROBE...]', 'names of probes').addOption(textOrJson())),
  action: async (cli: Cli, id: string, names: readonly string[], flags: RunsFlags) => {
    const { probeRunCommand } = await import('../../actions/probe/run.ts');
    return probeRunCommand(cli, id, names, flags);
  },
};
