import type { Cli } from '../../app/cli.ts';
import type { FmtFlags } from '../actions/fmt.ts';
import { type CommandDefinition, rootOption } from '../definition.ts';

export const fmt: CommandDefinition = {
  name: 'fmt',
  summary: 'lay out manifests in one style; comments stay, and so does what they mean',
  syntax: (command) =>
    command
      .argument(
        '[PATH...]',
        'files, folders with all manifests below them, or - for standard input; the current folder unless given',
      )
      .option('--check', 'write nothing; list the files that would change, and fail if there are any')
      .option('--stdin-file <PATH>', 'the name of what standard input (the path -) holds')
      .option('--root <DIR>', rootOption),
  action: async (cli: Cli, paths: readonly string[], flags: FmtFlags) => {
    const { fmtCommand } = await import('../actions/fmt.ts');
    return fmtCommand(cli, paths, flags);
  },
};
