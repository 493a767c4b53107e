import type { Cli } from '../../app/cli.ts';
import type { CompileFlags } from '../actions/compile.ts';
import { type CommandDefinition, collect, withCompileOptions } from '../definition.ts';

export const compile: CommandDefinition = {
  name: 'compile',
  summary: 'link a scenario, ask its policies, and write the plan',
  syntax: (command) =>
    withCompileOptions(
      command
        .argument('<SCENARIO>', 'a manifest, a folder that holds one, a bundle, or a URL')
        .option(
          '--emit <KIND=PATH>',
          'write an output (plan, compose, kubernetes, ir, bundle, lock) to a file or folder, or to standard output as `-`; repeatable; unless given, a terminal shows a summary, and a pipe gets the plan',
          collect,
        )
        .option('--verify-order', 'warn of edges whose interposers depend on the order of a list of policies')
        .option(
          '--verify-fixpoint',
          'ask policies again about the rewritten graph, and warn of those that would insert more',
        ),
    ),
  action: async (cli: Cli, path: string, flags: CompileFlags) => {
    const { compileCommand } = await import('../actions/compile.ts');
    return compileCommand(cli, path, flags);
  },
};
