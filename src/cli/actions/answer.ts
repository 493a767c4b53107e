/** `accept` and `reject`: asks the process of the run, and writes to its folder where there is none. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Cli, exitCode } from '../../app/cli.ts';
import { findRunClient } from '../../app/run-control/client.ts';
import { UsageError } from '../../app/usage-error.ts';
import { hasControl } from '../../base/control.ts';
import { oneLine } from '../../base/one-line.ts';
import { printable } from '../../diagnostics/render/width.ts';
import type { InteractionStatus } from '../../ir/workspace-status.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import type { InteractionFault } from '../../runtime/interactions/fault.ts';
import { type AnsweredInFolder, answerInFolder } from '../../runtime/interactions/in-folder.ts';
import { interactionBounds } from '../../runtime/interactions/request.ts';
import { readRun } from '../../runtime/state/run-files.ts';
import { type RunStatus, statusOf } from '../../runtime/status.ts';
import { signingKey } from '../../runtime/verdict/signing.ts';
import { finalizeOfComponent } from '../../runtime/workspaces/of-component.ts';
import { refusedText } from '../blocked-text.ts';
import { readSignKey } from '../verdict-text.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export interface AnswerFlags extends RunsFlags {
  readonly reason?: string;
  readonly signKey?: string;
}

/** For a process that is ending to give its run up. */
const patienceMs = 15_000;

/** Answers 0 when it is answered so, by this command or before it; 3 where it cannot be yet, or was answered otherwise. */
export async function answerCommand(
  cli: Cli,
  verb: 'accept' | 'reject',
  named: string,
  id: string,
  flags: AnswerFlags,
): Promise<number> {
  const { reason } = flags;
  if (reason !== undefined && (hasControl(reason) || Buffer.byteLength(reason) > interactionBounds.messageBytes))
    throw new UsageError('--reason takes one line of at most 8 KiB');
  const dir = stateDir(cli, flags);
  const run = findRun(dir, named);
  const signKey = await readSignKey(cli, flags.signKey);
  const before = statusOf(dir, run);
  if (before?.state === 'CORRUPT') {
    await cli.err(refusedText(before.blocked, run));
    return exitCodeOf.BLOCKED;
  }
  const answered = await answer(cli, { dir, run, id, verb, reason, signKey });
  if ('blocked' in answered) {
    await cli.err(refusedText(answered.blocked, run));
    return exitCodeOf.BLOCKED;
  }
  if ('fault' in answered) return refused(cli, run, id, answered.fault, flags);
  return tell(cli, run, answered.interaction, before, flags);
}

interface Wanted {
  readonly dir: string;
  readonly run: string;
  readonly id: string;
  readonly verb: 'accept' | 'reject';
  readonly reason: string | undefined;
  readonly signKey: string | undefined;
}

/** Whoever drives the run is asked; where that one is ending, its folder is written to as soon as it has given it up. */
async function answer(cli: Cli, { dir, run, id, verb, reason, signKey }: Wanted): Promise<AnsweredInFolder> {
  const signing = signingKey(signKey);
  if ('blocked' in signing) return { blocked: [signing.blocked] };
  const plan = readRun(dir, run)?.plan;
  const until = cli.now() + patienceMs;
  for (;;) {
    const told = await findRunClient(dir, run)?.answer(id, verb, reason);
    if (told && !('code' in told)) return { interaction: told };
    if (told && told.code !== 'run_over') return { fault: told };
    const written = await answerInFolder({
      stateDir: dir,
      run,
      id,
      answer: verb === 'accept' ? 'accepted' : 'rejected',
      reason,
      key: signing.key,
      time: () => new Date().toISOString(),
      finalizeOf: (state, component) => plan && finalizeOfComponent(state, plan, component, false),
    });
    if (!('alive' in written) || cli.now() > until || cli.interrupt.signal.aborted) return written;
    await sleep(50);
  }
}

async function refused(
  cli: Cli,
  run: string,
  id: string,
  fault: InteractionFault,
  { format }: RunsFlags,
): Promise<number> {
  if (fault.code === 'interaction_unknown')
    throw new UsageError(
      `nothing was asked in run \`${run}\` with the id \`${id}\`; \`headgate interactions ${run}\` lists it`,
    );
  if (format === 'json') await cli.out(`${JSON.stringify({ version: 1, run, ...fault }, null, 2)}\n`);
  await cli.err(`error[${fault.code}]: ${printable(fault.message)}\n  = help: ${printable(fault.remedy)}\n`);
  return exitCodeOf.BLOCKED;
}

async function tell(
  cli: Cli,
  run: string,
  interaction: InteractionStatus,
  before: RunStatus | undefined,
  { format }: RunsFlags,
): Promise<number> {
  const { id, component, kind, message, state } = interaction;
  const resume = goesOn(before, kind) ? `headgate resume ${run}` : undefined;
  if (format === 'json') {
    const told = { version: 1, run, interaction, ...(resume === undefined ? {} : { resume }) };
    await cli.out(`${JSON.stringify(told, null, 2)}\n`);
  } else await cli.out(`${id} ${state} ${printable(component)}: ${printable(oneLine(message, 200))}\n`);
  if (resume !== undefined) await cli.err(`nothing drives run ${run} now; \`${resume}\` goes on with it\n`);
  return exitCode.ok;
}

/** A suggestion is waited for by nobody, and what is complete stays so. */
const goesOn = (before: RunStatus | undefined, kind: InteractionStatus['kind']): boolean =>
  kind === 'request_confirmation' && before !== undefined && before.state !== 'RUNNING' && before.state !== 'COMPLETE';
