import type { CommandGroup } from '../definition.ts';

export const secrets: CommandGroup = {
  name: 'secrets',
  summary: 'keep secrets in vaults: set, rotate, delete, and see who is given them',
  commands: async () => (await import('./secrets/commands.ts')).secretsCommands,
};
