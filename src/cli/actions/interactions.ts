import { type Cli, exitCode } from '../../app/cli.ts';
import { UsageError } from '../../app/usage-error.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import { statusOf } from '../../runtime/status.ts';
import { blockedText } from '../blocked-text.ts';
import { interactionTable } from '../interaction-text.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

/** From the folder of the run, which has all of it whether or not the run lives. */
export async function interactionsCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const status = statusOf(dir, id);
  if (!status) throw new UsageError(`run \`${named}\` has not begun`);
  const { interactions } = status;
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, id, interactions }, null, 2)}\n`);
  else if (interactions.length > 0) await cli.out(interactionTable(id, interactions));
  else await cli.err(`nothing was asked in run ${id}\n`);
  if (status.state !== 'CORRUPT') return exitCode.ok;
  for (const one of status.blocked) await cli.err(blockedText(one));
  return exitCodeOf.BLOCKED;
}
