/** Commands about what a run works on. */
import type { CommandGroup } from '../definition.ts';

export const workspace: CommandGroup = {
  name: 'workspace',
  summary: 'see what a run did to its workspaces, and settle conflicts',
  commands: async () => (await import('./workspace/commands.ts')).workspaceCommands,
};
