import type { Cli } from '../../app/cli.ts';
import type { RunFlags } from '../actions/run.ts';
import {
  type CommandDefinition,
  collect,
  proveOption,
  signKeyOption,
  withCompileOptions,
  withStateDir,
} from '../definition.ts';

export const run: CommandDefinition = {
  name: 'run',
  summary: 'run a scenario or a plan on this machine, every edge enforced',
  syntax: (command) =>
    withCompileOptions(
      withStateDir(
        command
          .argument('<SCENARIO|PLAN>', 'a scenario, which is compiled first, or a plan')
          .option('--slot <NAME=URL>', 'what a slot of the root leads to; repeatable', collect)
          .option(
            '--export <NAME=PORT>',
            'the port of an export on 127.0.0.1; any free one unless given; repeatable',
            collect,
          )
          .option('--on <PLACE>', 'run it there, and not on this machine: compose or kubernetes')
          .option('--context <NAME>', 'of the kubeconfig, for --on kubernetes; its own unless given')
          .option('--namespace <NAME>', 'of the cluster; that of the context unless given')
          .option('--yes', 'delete what is in the namespace and no longer in the plan')
          .option('--detach', 'go on in the background; ends when everything is ready, and judged where the run is')
          .option(
            '--report <KIND=FILE>',
            'also tell how it ended, and what its probes found, as junit, sarif or github; repeatable',
            collect,
          )
          .addOption(proveOption())
          .option('--source-dir <DIR>', 'where the manifests of a plan are; its own folder unless given')
          .option('--attestation <FILE>', 'run nothing but the plan that this attestation is about')
          .option('--key <FILE>', 'public key that must have signed the attestation')
          .addOption(signKeyOption()),
      ),
      'programs and policies',
    ),
  action: async (cli: Cli, path: string, flags: RunFlags) => {
    const { runCommand } = await import('../actions/run.ts');
    return runCommand(cli, path, flags);
  },
};
