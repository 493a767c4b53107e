import { setTimeout as sleep } from 'node:timers/promises';
import { type Cli, exitCode } from '../../app/cli.ts';
import { type Fault, findRunClient } from '../../app/run-control/client.ts';
import { UsageError } from '../../app/usage-error.ts';
import { hasControl } from '../../base/control.ts';
import { printable } from '../../diagnostics/render/width.ts';
import type { WorkspaceStatus } from '../../ir/workspace-status.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import { journalledState } from '../../runtime/status.ts';
import type { FinalizeHow } from '../../runtime/workspaces/finalize-request.ts';
import { finalizeRun } from '../../runtime/workspaces/finalize-run.ts';
import { keptText, stateText } from '../workspace-text.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export interface FinalizeFlags extends RunsFlags {
  readonly retry?: boolean;
  readonly abandon?: string;
}

/** For a process that is ending to give its run up. */
const patienceMs = 15_000;

/** Answers 0 when every copy that was asked for is finalized or given up. */
export async function finalizeCommand(
  cli: Cli,
  named: string,
  component: string | undefined,
  flags: FinalizeFlags,
): Promise<number> {
  const how = howIn(flags);
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const done = await finalize(cli, dir, id, component, how);
  if ('code' in done) return refused(cli, id, done, flags);
  const { workspaces } = done;
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, id, workspaces }, null, 2)}\n`);
  else for (const one of workspaces) await cli.out(lineOf(one));
  await cli.err(keptText(workspaces));
  for (const { id: copy, remedy } of workspaces)
    if (remedy !== undefined) await cli.err(`${printable(copy)}: ${printable(remedy)}\n`);
  const isDone = workspaces.every(({ finalize: state }) => state === 'succeeded' || state === 'abandoned');
  const state = journalledState(dir, id);
  if (isDone && state !== 'RUNNING' && state !== 'COMPLETE')
    await cli.err(`nothing drives run ${id} now; \`headgate resume ${id}\` goes on with it\n`);
  return isDone ? exitCode.ok : exitCodeOf.BLOCKED;
}

function howIn({ retry, abandon }: FinalizeFlags): FinalizeHow {
  if (retry && abandon === undefined) return { retry };
  if (retry || abandon === undefined) throw new UsageError('finalize takes one of --retry and --abandon REASON');
  if (abandon.trim() === '' || hasControl(abandon) || abandon.length > 8_192)
    throw new UsageError('--abandon takes a reason, in one line of at most 8 KiB');
  return { abandon };
}

/** Whoever drives the run is asked; where that one is ending, its folder is worked on as soon as it has given it up. */
async function finalize(
  cli: Cli,
  stateDir: string,
  id: string,
  component: string | undefined,
  how: FinalizeHow,
): Promise<{ readonly workspaces: readonly WorkspaceStatus[] } | Fault> {
  const until = cli.now() + patienceMs;
  for (;;) {
    const told = await findRunClient(stateDir, id)?.finalize(component, how);
    if (told && (!('code' in told) || told.code !== 'run_over')) return told;
    const done = await finalizeRun({ stateDir, id, ...(component === undefined ? {} : { component }), how });
    if (!('refused' in done)) return done;
    if (done.refused.code !== 'run_lives' || cli.now() > until || cli.interrupt.signal.aborted) return done.refused;
    await sleep(50);
  }
}

/** What was named, and is not there, is wrong use. */
const misnamed = ['run_unknown', 'workspace_unknown'];

async function refused(cli: Cli, run: string, fault: Fault, { format }: RunsFlags): Promise<number> {
  if (misnamed.includes(fault.code)) throw new UsageError(`${fault.message}; ${fault.remedy}`);
  if (format === 'json') await cli.out(`${JSON.stringify({ version: 1, run, ...fault }, null, 2)}\n`);
  await cli.err(`error[${fault.code}]: ${printable(fault.message)}\n  = help: ${printable(fault.remedy)}\n`);
  return exitCodeOf.BLOCKED;
}

const lineOf = (one: WorkspaceStatus): string =>
  `${printable(one.id)} ${stateText(one)}${one.reason === undefined ? '' : `: ${printable(one.reason)}`}\n`;
