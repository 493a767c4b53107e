import type { Cli } from '../../app/cli.ts';
import type { CheckFlags } from '../actions/check.ts';
import { type CommandDefinition, collect, withCompileOptions } from '../definition.ts';

export const check: CommandDefinition = {
  name: 'check',
  summary: 'report every problem of scenarios; runs no policy unless told',
  syntax: (command) =>
    withCompileOptions(
      command
        .argument(
          '[PATH...]',
          'manifests, URLs, folders with all scenarios below them, or - for standard input; the current folder unless given',
        )
        .option(
          '--format <FORMAT[=FILE]>',
          'text (to standard error), json, sarif or github (to standard output); with a path, to that file; repeatable',
          collect,
        )
        .option('--watch', 'check again whenever something has changed')
        .option('--apply-policies', 'run the policies too, and check what they answer')
        .option('--stdin-file <PATH>', 'check standard input (the path -) as if it were this file')
        .option('--fix', 'mend what can be mended without a doubt: old spellings, a missing `weak`')
        .option('--fix-unused', 'also remove declarations that nothing uses')
        .option('--fix-dry-run', 'print what --fix would change as a diff, and write nothing'),
    ),
  action: async (cli: Cli, paths: readonly string[], flags: CheckFlags) => {
    const { checkCommand } = await import('../actions/check.ts');
    return checkCommand(cli, paths, flags);
  },
};
