import { type Cli, exitCode } from '../../../app/cli.ts';
import { findRunClient } from '../../../app/run-control/client.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { exitCodeOf } from '../../../runtime/gate/outcome.ts';
import { probesOf } from '../../../runtime/probes/completion.ts';
import { readRun } from '../../../runtime/state/run-files.ts';
import { journalledState } from '../../../runtime/status.ts';
import { basisText } from '../../basis-text.ts';
import { blockedText } from '../../blocked-text.ts';
import { probeTable, retryOf } from '../../probe-text.ts';
import { findRun, type RunsFlags, stateDir } from '../runs.ts';
import { requireProbes } from './names.ts';

/** Answers 0 when all of those that were run have passed. */
export async function probeRunCommand(
  cli: Cli,
  named: string,
  probes: readonly string[],
  flags: RunsFlags,
): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const plan = readRun(dir, id)?.plan;
  if (plan) requireProbes(id, plan, probes);
  const state = journalledState(dir, id);
  if (state !== 'RUNNING') {
    const retry =
      state === 'COMPLETE'
        ? '`headgate status` shows what its probes found; begin a new run to have them look again'
        : `\`headgate resume ${id}\` goes on with it and runs what has not passed`;
    return refused(cli, { code: 'run_over', message: `run ${id} is ${state}: nothing of it runs`, remedy: retry });
  }
  if (plan && probesOf(plan).length === 0)
    throw new UsageError(`run \`${id}\` has no probes; \`probes\` in the settings declares some`);
  const client = findRunClient(dir, id);
  if (!client) throw new UsageError(`run \`${id}\` has no interface of its own, so it cannot be asked to run probes`);
  const answered = await client.probe(probes);
  if ('code' in answered) return refused(cli, answered);
  const { probes: reports, completionBasis, blocked = [] } = answered;
  if (flags.format === 'json') await cli.out(`${JSON.stringify(answered, null, 2)}\n`);
  else {
    await cli.out(probeTable(reports, retryOf(id, true)));
    if (completionBasis !== undefined) await cli.err(`${basisText(completionBasis)}\n`);
    for (const one of blocked) await cli.err(blockedText(one));
  }
  return reports.every(({ passed }) => passed === true) ? exitCode.ok : exitCodeOf.BLOCKED;
}

async function refused(
  cli: Cli,
  { code, message, remedy }: { readonly code: string; readonly message: string; readonly remedy: string },
): Promise<number> {
  await cli.err(`error[${code}]: ${printable(message)}\n  = help: ${printable(remedy)}\n`);
  return exitCode.errors;
}
