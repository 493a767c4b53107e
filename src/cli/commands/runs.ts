/** What is done with runs that exist: `ps`, `status`, `logs`, `stop`, `resume`. */
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cli, exitCode } from '../../app/cli.ts';
import { readConfigFile } from '../../app/config-file.ts';
import { traced } from '../../app/tracing.ts';
import { UsageError } from '../../app/usage-error.ts';
import { suggest } from '../../base/suggest.ts';
import { logName } from '../../runtime/environments/local/logs.ts';
import { exitCodeOf } from '../../runtime/gate/gate.ts';
import { readOwner } from '../../runtime/state/lock.ts';
import { isAlive } from '../../runtime/state/owner.ts';
import { readRunFiles } from '../../runtime/state/run-files.ts';
import { isRunId, runIds, runPaths, stateDirOf } from '../../runtime/state/run-folder.ts';
import { allRuns, type RunStatus, statusOf } from '../../runtime/status.ts';
import { followLogs } from '../follow-logs.ts';
import { report } from '../report.ts';
import { detach } from '../run-detached.ts';
import { blockedText, execute } from './run.ts';

export interface RunsFlags {
  readonly stateDir?: string;
  readonly format?: 'text' | 'json';
}

const stateDir = (cli: Cli, flags: RunsFlags): string => stateDirOf(cli.env, flags.stateDir, cli.cwd);

/** A state folder that cannot be read, for instance that of another user, is told and no bug. */
function listed<T>(dir: string, list: (dir: string) => T): T {
  try {
    return list(dir);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new UsageError(`the runs in ${dir} cannot be read: ${error.message}`);
  }
}

/** `last` is the newest; the beginning of an id will do where it is the only one. */
export function findRun(dir: string, named: string): string {
  const ids = listed(dir, runIds);
  const fits = named === 'last' ? ids.slice(0, 1) : ids.filter((id) => id.startsWith(named));
  const [id, second] = isRunId(named) ? ids.filter((one) => one === named) : fits;
  if (id === undefined) throw new UsageError(`there is no run \`${named}\` in ${dir}; \`headgate ps\` lists them`);
  if (second !== undefined) throw new UsageError(`\`${named}\` is the beginning of several runs; give more of it`);
  return id;
}

export async function psCommand(cli: Cli, flags: RunsFlags): Promise<number> {
  const runs = listed(stateDir(cli, flags), allRuns);
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, runs }, null, 2)}\n`);
  else if (runs.length > 0) {
    const rows = runs.map(({ id, state, pid, startedAt, components }) => [
      id,
      state,
      pid === null ? '-' : String(pid),
      startedAt ?? '-',
      String(components.length),
    ]);
    await cli.out(table([['RUN', 'STATE', 'PID', 'STARTED', 'COMPONENTS'], ...rows]));
  }
  return exitCode.ok;
}

export async function statusCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const status = statusOf(dir, findRun(dir, named));
  if (!status) throw new UsageError(`run \`${named}\` has not begun`);
  await cli.out(
    flags.format === 'json' ? `${JSON.stringify({ version: 1, ...status }, null, 2)}\n` : statusText(status),
  );
  if (status.state !== 'CORRUPT') return exitCode.ok;
  for (const one of status.blocked) await cli.err(blockedText(one));
  return exitCodeOf.BLOCKED;
}

function statusText({ id, state, components, exports, storage, reasons }: RunStatus): string {
  const rows = components.map((one) => [
    one.moniker,
    one.state,
    one.pid === null ? '-' : String(one.pid),
    String(one.restarts),
    one.lastExit ?? '-',
  ]);
  const parts = [
    `${id} ${state}\n`,
    ...reasons.map((reason) => `  ${reason}\n`),
    ...Object.entries(exports).map(([name, url]) => `  ${name} ${url}\n`),
    ...storage.map((one) => `  ${one.id} ${one.size} ${one.limit}\n`),
    rows.length > 0 ? table([['COMPONENT', 'STATE', 'PID', 'RESTARTS', 'LAST END'], ...rows]) : '',
  ];
  return parts.join('');
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}

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
  const goesOn = (): boolean => statusOf(dir, id)?.state === 'RUNNING';
  const monikers = (): readonly string[] => (statusOf(dir, id)?.components ?? []).map((one) => one.moniker);
  await followLogs(cli, logs, moniker, monikers, flags.follow === true ? goesOn : undefined);
  return exitCode.ok;
}

export async function stopCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const owner = readOwner(`${runPaths(dir, id).folder}/owner.json`);
  if (!owner || !isAlive(owner) || statusOf(dir, id)?.state !== 'RUNNING') {
    await cli.err(`${id} is not running\n`);
    return exitCode.errors;
  }
  try {
    process.kill(owner.pid, 'SIGTERM');
  } catch (error) {
    // It may have ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH')
      throw new UsageError(`${id} belongs to process ${owner.pid}, which another user started`);
  }
  while (isAlive(owner)) await sleep(20);
  await cli.out(`${id} ${statusOf(dir, id)?.state ?? ''}\n`);
  return exitCode.ok;
}

export interface ResumeFlags extends RunsFlags {
  readonly config?: string;
  readonly redo?: readonly string[];
  readonly detach?: boolean;
}

export async function resumeCommand(cli: Cli, named: string, flags: ResumeFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const known = readRunFiles(dir, id);
  if (!known) throw new UsageError(`run \`${id}\` was ended before its plan was written; begin a new one`);
  const status = statusOf(dir, id);
  if (status?.state === 'COMPLETE') {
    await cli.err(`${id} is COMPLETE already\n`);
    return exitCode.ok;
  }
  if ('blocked' in known) {
    await cli.err(`${blockedText(known.blocked)}BLOCKED\n`);
    return exitCodeOf.BLOCKED;
  }
  const monikers = known.plan.components.map(({ moniker }) => moniker);
  for (const moniker of flags.redo ?? []) {
    if (monikers.includes(moniker)) continue;
    const near = suggest(moniker, monikers);
    const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
    throw new UsageError(`--redo: run \`${id}\` has no component \`${moniker}\`${hint}`);
  }
  if (flags.detach) return detach(cli);
  const config = flags.config === undefined ? undefined : await readConfigFile(flags.config, cli.cwd);
  if (config && config.diagnostics.length > 0) {
    await report(cli, { ...config, input: flags.config ?? '' }, [{ name: 'text' }]);
    return exitCode.usage;
  }
  return traced(cli, 'headgate resume', (spans) =>
    execute(cli, known.plan, {
      ...known.settings,
      stateDir: dir,
      env: cli.env,
      spans,
      ...(config?.value ? { configFile: config.value } : {}),
      resume: { id, redo: flags.redo ?? [] },
    }),
  );
}
