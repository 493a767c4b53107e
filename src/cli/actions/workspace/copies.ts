/** Naming copies of workspaces of a run: what the commands about workspaces share. */
import type { Cli } from '../../../app/cli.ts';
import { RefusedError } from '../../../app/refused.ts';
import { findRunClient } from '../../../app/run-control/client.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { suggest } from '../../../base/suggest.ts';
import type { WorkspaceStatus } from '../../../ir/workspace-status.ts';
import { type RunFiles, readRunFiles } from '../../../runtime/state/run-files.ts';
import { type RunStatus, statusOf } from '../../../runtime/status.ts';
import { findRun, type RunsFlags, stateDir } from '../runs.ts';

export interface RunCopies {
  readonly dir: string;
  readonly id: string;
  readonly files: RunFiles;
  readonly state: RunStatus['state'];
  /** At least one. */
  readonly workspaces: readonly WorkspaceStatus[];
}

/** Throws where there is no such run, its record is not what was written, or it works on nothing. */
export async function copiesOfRun(cli: Cli, named: string, flags: RunsFlags): Promise<RunCopies> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const files = readRunFiles(dir, id);
  if (files && 'blocked' in files) throw new RefusedError(files.blocked);
  // Whoever runs it knows best.
  const asked = await findRunClient(dir, id)?.status();
  const status = asked === undefined ? statusOf(dir, id) : (JSON.parse(asked) as RunStatus);
  if (!files || !status) throw new UsageError(`run \`${named}\` has not begun`);
  const [fault] = status.state === 'CORRUPT' ? status.blocked : [];
  if (fault) throw new RefusedError(fault);
  const { workspaces } = status;
  if (workspaces.length === 0)
    throw new UsageError(
      `run \`${id}\` has no workspaces; \`workspaces\` in the settings declares some, and \`workspace\` of a component names one`,
    );
  return { dir, id, files, state: status.state, workspaces };
}

/** By the id of a copy, the name of a workspace, or the moniker of a component; all of them unless named. */
export function copiesNamed({ id, workspaces }: RunCopies, named: string | undefined): readonly WorkspaceStatus[] {
  if (named === undefined) return workspaces;
  const exact = workspaces.filter((one) => one.id === named);
  const found =
    exact.length > 0 ? exact : workspaces.filter((one) => one.workspace === named || one.users.includes(named));
  if (found.length > 0) return found;
  const known = [...new Set(workspaces.flatMap((one) => [one.id, one.workspace, ...one.users]))];
  const near = suggest(named, known);
  const hint =
    near === undefined ? `it has ${workspaces.map((one) => `\`${one.id}\``).join(', ')}` : `did you mean \`${near}\`?`;
  throw new UsageError(`run \`${id}\` has no copy \`${named}\`; ${hint}`);
}
