import type { Cli } from '../../../app/cli.ts';
import type { PolicyServeFlags } from '../../actions/policy/serve.ts';
import { type CommandDefinition, rootOption } from '../../definition.ts';

export const policyServe: CommandDefinition = {
  name: 'serve',
  summary: 'serve a policy while you work on it, and start it anew when a file changes',
  syntax: (command) =>
    command
      .argument('<FILE>', 'a module that exports a policy, or the manifest of a policy, or a folder that holds one')
      .option('--port <PORT>', 'port to listen on; 0 for any free one', '18120')
      .option('--host <ADDRESS>', 'address to listen on', '127.0.0.1')
      .option('--config <FILE>', 'config of the policy')
      .option('--root <DIR>', rootOption),
  action: async (cli: Cli, file: string, flags: PolicyServeFlags) => {
    const { policyServeCommand } = await import('../../actions/policy/serve.ts');
    return policyServeCommand(cli, file, flags);
  },
};
