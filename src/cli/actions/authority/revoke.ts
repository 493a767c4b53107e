import { type Cli, exitCode } from '../../../app/cli.ts';
import { findRunClient } from '../../../app/run-control/client.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { isRevokeReason, maxReason } from '../../../runtime/authority/revoke-reason.ts';
import { revokeInterrupted, revokeOver } from '../../../runtime/authority/told.ts';
import { journalledState } from '../../../runtime/status.ts';
import { findRun, type RunsFlags, stateDir } from '../runs.ts';

export interface RevokeFlags extends RunsFlags {
  readonly reason: string;
}

export async function authorityRevokeCommand(
  cli: Cli,
  named: string,
  delegation: string,
  { reason, ...flags }: RevokeFlags,
): Promise<number> {
  if (!isRevokeReason(reason)) throw new UsageError(`--reason takes one line of at most ${maxReason} characters`);
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const state = journalledState(dir, id);
  const client = state === 'RUNNING' ? findRunClient(dir, id) : undefined;
  const refused = state === 'INTERRUPTED' ? revokeInterrupted : revokeOver;
  const answered = client ? await client.revoke(delegation, reason) : refused(id);
  if ('code' in answered) {
    await cli.err(`error[${answered.code}]: ${printable(answered.message)}\n  = help: ${printable(answered.remedy)}\n`);
    return exitCode.errors;
  }
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, ...answered }, null, 2)}\n`);
  else await cli.out(`revoked ${printable(delegation)} in ${id}\n`);
  return exitCode.ok;
}
