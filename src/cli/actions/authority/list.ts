import { type Cli, exitCode } from '../../../app/cli.ts';
import { findRunClient } from '../../../app/run-control/client.ts';
import { authorityOfFolder } from '../../../runtime/authority-of-folder.ts';
import { exitCodeOf } from '../../../runtime/gate/outcome.ts';
import { authorityText } from '../../authority-text.ts';
import { refusedText } from '../../blocked-text.ts';
import { findRun, type RunsFlags, stateDir } from '../runs.ts';

/** By the process that has the run, where one has; else by its folder and the file of the delegations as it is now. */
export async function authorityListCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const told = (await findRunClient(dir, id)?.authority()) ?? (await authorityOfFolder(dir, id));
  if ('blocked' in told) {
    await cli.err(refusedText(told.blocked, id));
    return exitCodeOf.BLOCKED;
  }
  await cli.out(
    flags.format === 'json' ? `${JSON.stringify({ version: 1, ...told }, null, 2)}\n` : authorityText(told),
  );
  return exitCode.ok;
}
