import type { Cli } from '../../../app/cli.ts';
import type { PolicyTestFlags } from '../../actions/policy/test.ts';
import { type CommandDefinition, collect, withCompileOptions } from '../../definition.ts';

export const policyTest: CommandDefinition = {
  name: 'test',
  summary: 'run the tests that lie beside policies: scenarios, and what must come of them',
  syntax: (command) =>
    withCompileOptions(
      command
        .argument(
          '[PATH...]',
          'files of tests, or folders with all *.policy-test.yaml below them; the current folder unless given',
        )
        .option(
          '--format <FORMAT[=FILE]>',
          'text (to standard error), json or junit (to standard output); with a path, to that file; repeatable',
          collect,
        )
        .option('--filter <TEXT>', 'only tests with this text in `FILE: NAME`')
        .option(
          '--coverage',
          'tell which edges each policy was shown, which it put interposers on, and which a test names',
        ),
    ),
  action: async (cli: Cli, paths: readonly string[], flags: PolicyTestFlags) => {
    const { policyTestCommand } = await import('../../actions/policy/test.ts');
    return policyTestCommand(cli, paths, flags);
  },
};
