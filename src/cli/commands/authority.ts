/** Commands about the authority of runs. */
import type { CommandGroup } from '../definition.ts';

export const authority: CommandGroup = {
  name: 'authority',
  summary: 'show on whose authority a run acts, and take some of it back',
  commands: async () => (await import('./authority/commands.ts')).authorityCommands,
};
