import type { Cli } from '../../../app/cli.ts';
import type { AuditFlags } from '../../actions/secrets/audit.ts';
import type { CommandDefinition } from '../../definition.ts';
import { withSecretsOptions } from './options.ts';

export const secretsAudit: CommandDefinition = {
  name: 'audit',
  summary: 'show who was given which secret, and what was changed',
  syntax: (command) =>
    withSecretsOptions(
      command
        .option('--vault <VAULT>', 'of one vault')
        .option('--key <KEY>', 'of one key')
        .option('--since <TIME>', 'from a time on, such as 2030-01-31 or 2030-01-31T12:00:00Z'),
    ),
  action: async (cli: Cli, flags: AuditFlags) => {
    const { auditCommand } = await import('../../actions/secrets/audit.ts');
    return auditCommand(cli, flags);
  },
};
