/** Commands about probes of runs. */
import type { CommandGroup } from '../definition.ts';

export const probe: CommandGroup = {
  name: 'probe',
  summary: 'look at a run by the probes of its plan',
  commands: async () => (await import('./probe/commands.ts')).probeCommands,
};
