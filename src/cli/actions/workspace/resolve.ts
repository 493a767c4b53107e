import { setTimeout as sleep } from 'node:timers/promises';
import { type Cli, exitCode } from '../../../app/cli.ts';
import { RefusedError } from '../../../app/refused.ts';
import { findRunClient } from '../../../app/run-control/client.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { suggest } from '../../../base/suggest.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { WorkspaceStatus } from '../../../ir/workspace-status.ts';
import type { Resolution } from '../../../runtime/journal/resolutions.ts';
import { recordResolutions } from '../../../runtime/workspaces/record-resolutions.ts';
import type { RunsFlags } from '../runs.ts';
import { copiesNamed, copiesOfRun, type RunCopies } from './copies.ts';

export interface ResolveFlags extends RunsFlags {
  readonly all?: boolean;
  readonly take: Resolution['take'];
  readonly copy?: string;
}

export async function resolveCommand(
  cli: Cli,
  named: string,
  path: string | undefined,
  flags: ResolveFlags,
): Promise<number> {
  if ((path === undefined) === (flags.all !== true))
    throw new UsageError(
      path === undefined
        ? 'name a path, or pass --all; `headgate workspace conflicts` lists them'
        : '--all is for all paths, so none can be named with it',
    );
  const run = await copiesOfRun(cli, named, flags);
  const among = copiesNamed(run, flags.copy);
  const resolved = (path === undefined ? pendingOf(among) : [conflictAt(run, among, path)]).map(
    (one): Resolution => ({ ...one, take: flags.take }),
  );
  if (resolved.length > 0) await record(cli, run, resolved);
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, run: run.id, resolved }, null, 2)}\n`);
  else {
    for (const one of resolved) await cli.out(`${printable(one.path)} of ${one.copy}: take ${one.take}\n`);
    await cli.err(
      resolved.length === 0
        ? `no conflict of ${run.id} is left to settle\n`
        : `\`headgate finalize ${run.id} --retry\` carries it out\n`,
    );
  }
  return exitCode.ok;
}

const isOpen = ({ finalize }: WorkspaceStatus): boolean => finalize !== 'succeeded' && finalize !== 'abandoned';

const pendingOf = (among: readonly WorkspaceStatus[]): readonly Omit<Resolution, 'take'>[] =>
  among
    .filter(isOpen)
    .flatMap(({ id, conflicts }) =>
      conflicts.filter(({ resolution }) => resolution === 'pending').map(({ path }) => ({ copy: id, path })),
    );

/** Settled already is no fault: it may be settled otherwise, as long as no finalize has done so. */
function conflictAt({ id }: RunCopies, among: readonly WorkspaceStatus[], path: string): Omit<Resolution, 'take'> {
  const found = among.filter(({ conflicts }) => conflicts.some((one) => one.path === path));
  const [one, second] = found.filter(isOpen);
  if (second)
    throw new UsageError(
      `\`${path}\` is a conflict of ${found.map((copy) => `\`${copy.id}\``).join(' and ')}; say which with --copy`,
    );
  if (one) return { copy: one.id, path };
  const [over] = found;
  if (over)
    throw new RefusedError({
      gate: 'workspace_finalized',
      subject: over.id,
      reasons: [`it is ${over.finalize === 'abandoned' ? 'abandoned' : 'finalized'}, so nothing is to be settled`],
      remedy: `\`headgate workspace diff ${id}\` shows what the copy has and the source has not`,
    });
  const known = among.flatMap(({ conflicts }) => conflicts.map((conflict) => conflict.path));
  const near = suggest(path, known);
  const hint =
    near !== undefined
      ? `did you mean \`${near}\`?`
      : known.length === 0
        ? 'it has none'
        : `\`headgate workspace conflicts ${id}\` lists them`;
  throw new UsageError(`run \`${id}\` has no conflict at \`${path}\`; ${hint}`);
}

/** For a process that is ending to give its run up. */
const patienceMs = 15_000;

/** By the process that has the run, where one has; its journal is its own. Saying the same twice does no harm. */
async function record(cli: Cli, { dir, id }: RunCopies, resolved: readonly Resolution[]): Promise<void> {
  const until = cli.now() + patienceMs;
  for (;;) {
    const client = findRunClient(dir, id);
    const fault = await client?.resolve(resolved);
    if (client && !fault) return;
    if (fault && fault.code !== 'run_over')
      throw new RefusedError({ gate: fault.code, subject: id, reasons: [fault.message], remedy: fault.remedy });
    const refused = await recordResolutions(dir, id, resolved, () => new Date().toISOString());
    if (!refused) return;
    if (refused.gate !== 'already_running' || cli.now() > until || cli.interrupt.signal.aborted)
      throw new RefusedError(refused);
    await sleep(50);
  }
}
