import { type Cli, exitCode } from '../../app/cli.ts';
import { allRuns } from '../../runtime/status.ts';
import { table } from '../table.ts';
import { listed, type RunsFlags, stateDir } from './runs.ts';

export async function psCommand(cli: Cli, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const runs = listed(dir, allRuns);
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
  } else await cli.err(`there are no runs in ${dir}\n`);
  return exitCode.ok;
}
