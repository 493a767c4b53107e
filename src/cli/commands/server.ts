/** Commands about check servers. */
import type { CommandGroup } from '../definition.ts';

export const server: CommandGroup = {
  name: 'server',
  summary: 'a process that checks for others',
  commands: async () => (await import('./server/commands.ts')).serverCommands,
};
