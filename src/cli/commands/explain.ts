import type { Cli } from '../../app/cli.ts';
import type { ExplainFlags } from '../actions/explain-graph.ts';
import { type CommandDefinition, textOrJson, withCompileOptions, withStateDir } from '../definition.ts';

export const explain: CommandDefinition = {
  name: 'explain',
  summary:
    'print what a diagnostic code means, or why an edge, export or component of a scenario, plan or run is as it is',
  syntax: (command) =>
    withStateDir(
      withCompileOptions(
        command
          .argument('<SUBJECT>', 'a code such as link/unbound-slot; else a scenario, a plan or a run')
          .argument(
            '[NAME]',
            'an edge such as /caller.agent, an export such as exports.status, or a component such as /caller',
          )
          .addOption(textOrJson())
          .option('--source-dir <DIR>', 'where the manifests of a plan are; its own folder unless given')
          .option(
            '--without <POLICY>',
            'show what would be different without this policy; all edges unless NAME is given',
          ),
      ),
    ),
  action: async (cli: Cli, subject: string, name: string | undefined, flags: ExplainFlags) => {
    const { explainCommand } = await import('../actions/explain.ts');
    return explainCommand(cli, subject, name, flags);
  },
};
