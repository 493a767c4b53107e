import { type Cli, exitCode } from '../../../app/cli.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { readAudit } from '../../../runtime/secrets/audit.ts';
import type { AuditLine } from '../../../runtime/secrets/audit-form.ts';
import { faultError } from '../../../runtime/secrets/fault-error.ts';
import { exitOfFault } from '../../../runtime/secrets/faults.ts';
import { table } from '../../table.ts';
import { performSecrets, printJson, type SecretsFlags, tellFault } from './perform.ts';

export interface AuditFlags extends SecretsFlags {
  readonly vault?: string;
  readonly key?: string;
  readonly since?: string;
}

/** What stands before a break of the chain is told; the break itself is a fault. */
export function auditCommand(cli: Cli, flags: AuditFlags): Promise<number> {
  const since = flags.since === undefined ? undefined : timeFrom(flags.since);
  return performSecrets(cli, flags, async ({ context }) => {
    const identity = context.pool.all.find(({ name }) => name === flags.vault)?.identity;
    const { lines, broken } = readAudit(context.places);
    const events = lines.filter(
      (one) =>
        (flags.vault === undefined ||
          (identity === undefined ? one.vault === flags.vault : one.identity === identity)) &&
        (flags.key === undefined || one.key === flags.key) &&
        (since === undefined || Date.parse(one.at) >= since),
    );
    if (flags.format === 'json') await printJson(cli, { events, broken: broken ?? null });
    else if (events.length > 0) await cli.out(textOf(events));
    else if (!broken) await cli.err('there are no such events\n');
    if (!broken) return exitCode.ok;
    const { fault } = faultError(
      'conflict',
      'audit_broken',
      `line ${broken.line} of ${context.places.audit}: ${broken.reason}`,
      'nothing from that line on can be trusted; move the file away to begin a new one, and keep it',
    );
    await tellFault(cli, fault);
    return exitOfFault(fault);
  });
}

function timeFrom(text: string): number {
  const time = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new UsageError(`--since takes a time such as 2030-01-31 or 2030-01-31T12:00:00Z, and was given \`${text}\``);
  return time;
}

const textOf = (events: readonly AuditLine[]): string =>
  table([
    ['AT', 'ACTION', 'SECRET', 'VERSION', 'FOR', 'RUN', 'OUTCOME'],
    ...events.map(({ at, action, vault, key, version, consumer, outcome, errorCode }) => [
      at,
      action,
      vault === null ? '-' : key === null ? vault : `${vault}/${key}`,
      version ?? '-',
      consumer
        ? `${consumer.type.replaceAll('_', ' ')} ${consumer.id}${consumer.path === null ? '' : ` ${consumer.path}`}`
        : '-',
      consumer?.run ?? '-',
      errorCode ?? outcome,
    ]),
  ]);
