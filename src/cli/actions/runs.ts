/** Naming runs that exist: what `ps`, `status`, `logs`, `stop` and `resume` share. */
import type { Cli } from '../../app/cli.ts';
import { RefusedError } from '../../app/refused.ts';
import { UsageError } from '../../app/usage-error.ts';
import { stateUnread } from '../../runtime/state/refusals.ts';
import { isRunId, runIds, stateDirOf } from '../../runtime/state/run-folder.ts';

export interface RunsFlags {
  readonly stateDir?: string;
  readonly format?: 'text' | 'json';
}

export const stateDir = (cli: Cli, flags: RunsFlags): string => stateDirOf(cli.env, flags.stateDir, cli.cwd);

/** A state folder that cannot be read, for instance that of another user, is refused by name. */
export function listed<T>(dir: string, list: (dir: string) => T): T {
  try {
    return list(dir);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new RefusedError(stateUnread(dir, error));
  }
}

/** `last` is the newest; the beginning of an id will do where it is the only one. */
export function findRun(dir: string, named: string): string {
  const ids = listed(dir, runIds);
  const fits = named === 'last' ? ids.slice(0, 1) : ids.filter((id) => id.startsWith(named));
  const [id, second] = isRunId(named) ? ids.filter((one) => one === named) : fits;
  if (ids.length === 0) throw new UsageError(`there are no runs in ${dir}; \`headgate run SCENARIO\` begins one`);
  if (id === undefined) throw new UsageError(`there is no run \`${named}\` in ${dir}; \`headgate ps\` lists them`);
  if (second !== undefined) throw new UsageError(`\`${named}\` is the beginning of several runs; give more of it`);
  return id;
}
