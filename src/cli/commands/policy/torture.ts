import { Option } from 'commander';
import type { Cli } from '../../../app/cli.ts';
import type { PolicyTortureFlags } from '../../actions/policy/torture.ts';
import { type CommandDefinition, rootOption } from '../../definition.ts';

export const policyTorture: CommandDefinition = {
  name: 'torture',
  summary: 'put a policy through well-formed and hostile requests, and check that it lives and answers',
  syntax: (command) =>
    command
      .argument('<URL|FILE>', 'a policy that runs, or its manifest or module, which is then started without a sandbox')
      .addOption(
        new Option('--format <FORMAT>', 'text (to standard error), or json (to standard output as well)')
          .choices(['text', 'json'])
          .default('text'),
      )
      .option('--out <FILE>', 'write the results as JSON')
      .option('--badge <FILE>', 'write a badge, in the form that shields.io reads')
      .option('--config <FILE>', 'config of the policy, when it is started')
      .option('--root <DIR>', rootOption)
      .option('--policy-timeout <TIME>', 'how long one answer may take, such as 500ms; 10s unless given')
      .option('--max-answer-bytes <BYTES>', 'how large an answer may be; 1 MiB unless given'),
  action: async (cli: Cli, policy: string, flags: PolicyTortureFlags) => {
    const { policyTortureCommand } = await import('../../actions/policy/torture.ts');
    return policyTortureCommand(cli, policy, flags);
  },
};
