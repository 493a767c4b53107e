import { existsSync, readdirSync } from 'node:fs';
import { type Cli, exitCode } from '../../app/cli.ts';
import { findRunClient } from '../../app/run-control/client.ts';
import { UsageError } from '../../app/usage-error.ts';
import { logName } from '../../runtime/environments/local/logs.ts';
import { runPaths } from '../../runtime/state/run-folder.ts';
import { journalledState, statusOf } from '../../runtime/status.ts';
import { followLogs, printLogs } from '../follow-logs.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export interface LogsFlags extends RunsFlags {
  readonly follow?: boolean;
}

export async function logsCommand(
  cli: Cli,
  named: string,
  moniker: string | undefined,
  flags: LogsFlags,
): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const { logs } = runPaths(dir, id);
  const files = existsSync(logs) ? readdirSync(logs).filter((name) => name.endsWith('.log')) : [];
  if (moniker !== undefined && !files.includes(logName(moniker)))
    throw new UsageError(`run \`${id}\` has no log of \`${moniker}\``);
  const monikers = (): readonly string[] => (statusOf(dir, id)?.components ?? []).map((one) => one.moniker);
  const source = { folder: logs, moniker, monikers };
  if (flags.follow) await followLogs(cli, source, findRunClient(dir, id), () => journalledState(dir, id) === 'RUNNING');
  else await printLogs(cli, source);
  return exitCode.ok;
}
