import { type Cli, exitCode } from '../../../app/cli.ts';
import { findRunClient } from '../../../app/run-control/client.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { hasControl } from '../../../base/control.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { revokeOver } from '../../../runtime/authority/told.ts';
import { journalledState } from '../../../runtime/status.ts';
import { findRun, type RunsFlags, stateDir } from '../runs.ts';

export interface RevokeFlags extends RunsFlags {
  readonly reason: string;
}

const longest = 500;

export async function authorityRevokeCommand(
  cli: Cli,
  named: string,
  delegation: string,
  { reason, ...flags }: RevokeFlags,
): Promise<number> {
  if (reason.trim() === '' || reason.length > longest || hasControl(reason))
    throw new UsageError(`--reason takes one line of at most ${longest} characters`);
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const client = journalledState(dir, id) === 'RUNNING' ? findRunClient(dir, id) : undefined;
  const answered = client ? await client.revoke(delegation, reason) : revokeOver(id);
  if ('code' in answered) {
    await cli.err(`error[${answered.code}]: ${printable(answered.message)}\n  = help: ${printable(answered.remedy)}\n`);
    return exitCode.errors;
  }
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, ...answered }, null, 2)}\n`);
  else await cli.out(`revoked ${printable(delegation)} in ${id}\n`);
  return exitCode.ok;
}
