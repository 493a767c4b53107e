import type { Cli } from '../../app/cli.ts';
import type { SupportBundleFlags } from '../actions/support-bundle.ts';
import { type CommandDefinition, collect, textOrJson, withStateDir } from '../definition.ts';

export const supportBundle: CommandDefinition = {
  name: 'support-bundle',
  summary: 'pack what helps to find out what happened to a run, without its secrets',
  syntax: (command) =>
    withStateDir(
      command
        .argument('<RUN>', 'its id or the beginning of it; `last` is the newest')
        .option('--output <FILE>', 'headgate-support-RUN.tar.gz in this folder unless given')
        .option('--force', 'replace a file that is there')
        .option('--logs', 'with the end of what components said, which may be anything')
        .option('--config <FILE>', 'root config that the run was given, to search for its secrets')
        .option('--canary <TEXT>', 'a text that must not be in it; repeatable', collect)
        .option('--canary-file <FILE>', 'such texts, one a line')
        .option('--offline', 'ask no vault over the network')
        .option('--unverified', 'also where a secret of the run cannot be searched for')
        .addOption(textOrJson()),
    ),
  action: async (cli: Cli, named: string, flags: SupportBundleFlags) => {
    const { supportBundleCommand } = await import('../actions/support-bundle.ts');
    return supportBundleCommand(cli, named, flags);
  },
};
