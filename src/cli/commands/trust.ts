import type { Cli } from '../../app/cli.ts';
import type { TrustFlags } from '../actions/trust.ts';
import type { CommandDefinition } from '../definition.ts';

export const trust: CommandDefinition = {
  name: 'trust',
  summary: 'show which rights settings or a plan ask for, and let them have these',
  syntax: (command) =>
    command
      .argument('[DIR]', 'the folder of a scenario; also a scenario, a settings file or a plan', '.')
      .option('--yes', 'do not ask; needed where nobody sits at a terminal'),
  action: async (cli: Cli, path: string, flags: TrustFlags) => {
    const { trustCommand } = await import('../actions/trust.ts');
    return trustCommand(cli, path, flags);
  },
};
