import type { Cli } from '../../../app/cli.ts';
import type { LintGitRemoteFlags } from '../../actions/lint/git-remote.ts';
import { type CommandDefinition, textOrJson } from '../../definition.ts';

export const lintGitRemote: CommandDefinition = {
  name: 'git-remote',
  summary: 'find code that writes to a remote git repository',
  syntax: (command) =>
    command.argument('[PATH...]', 'files and folders; the current folder unless given').addOption(textOrJson()),
  action: async (cli: Cli, paths: readonly string[], flags: LintGitRemoteFlags) => {
    const { lintGitRemoteCommand } = await import('../../actions/lint/git-remote.ts');
    return lintGitRemoteCommand(cli, paths, flags);
  },
};
