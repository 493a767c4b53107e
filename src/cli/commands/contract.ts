/** Commands about contracts on operations, and what a run has to say of itself as one. */
import type { CommandGroup } from '../definition.ts';

export const contract: CommandGroup = {
  name: 'contract',
  summary: 'validate operation contracts, and make them of runs',
  commands: async () => (await import('./contract/commands.ts')).contractCommands,
};
