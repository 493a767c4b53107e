/** `explain RUN EDGE|EXPORT|MONIKER`: the same of the plan of a run, with what became of the workspace that a component works on. */
import { type Cli, exitCode } from '../../app/cli.ts';
import { planPlaces } from '../../app/plan-places.ts';
import { RefusedError } from '../../app/refused.ts';
import { rootFrom, sourceDirFrom } from '../../app/tree.ts';
import { UsageError } from '../../app/usage-error.ts';
import { type Explanation, explain, prepareExplain } from '../../plan/explain/explain.ts';
import { explanationText, runText } from '../../plan/explain/text.ts';
import { readRunFiles } from '../../runtime/state/run-files.ts';
import type { RunStatus } from '../../runtime/status.ts';
import { copyTexts } from '../workspace-text.ts';
import { checkId, type ExplainFlags } from './explain-graph.ts';
import { findRun, stateDir } from './runs.ts';
import { readStatus } from './status.ts';

export async function explainRun(
  cli: Cli,
  named: string,
  name: string | undefined,
  flags: ExplainFlags,
): Promise<number> {
  if (flags.without !== undefined)
    throw new UsageError('--without links the scenario again, which a run cannot do; name the scenario');
  if (name === undefined) throw new UsageError(`name an edge, an export or a component after \`${named}\``);
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const files = readRunFiles(dir, id);
  if (files && 'blocked' in files) throw new RefusedError(files.blocked);
  const status = await readStatus(dir, id);
  if (!files || !status) throw new UsageError(`run \`${named}\` has not begun`);
  const { plan, settings } = files;
  const folder = sourceDirFrom(flags.sourceDir, cli) ?? settings.sourceFolder;
  const root = rootFrom(flags, cli) ?? settings.root ?? folder;
  const ctx = prepareExplain(plan, await planPlaces(plan, folder, { cwd: cli.cwd, root }));
  checkId(ctx, name);
  const explained = explain(ctx, name);
  const workspaces = copiesIn(explained, status);
  if (flags.format === 'json') {
    const { state } = status;
    await cli.out(`${JSON.stringify({ version: 1, explained, run: { id, state, workspaces } }, null, 2)}\n`);
    return exitCode.ok;
  }
  const news = workspaces.flatMap((one) => [
    `workspace ${one.id}: ${one.prepared ? 'copy there' : 'no copy'}, finalize ${one.finalize.replace('_', ' ')}`,
    ...copyTexts(id, one, status.workspaces),
    ...(one.remedy === undefined ? [] : [`help: ${one.remedy}`]),
  ]);
  await cli.out(explanationText(explained) + runText([`${id} ${status.state}`, ...news]));
  return exitCode.ok;
}

/** Of the copies that the explained components work on. */
function copiesIn(explained: readonly Explanation[], { workspaces = [] }: RunStatus): RunStatus['workspaces'] {
  const copies = new Set(explained.flatMap((one) => (one.kind === 'component' && one.workspace?.copy) || []));
  return workspaces.filter(({ id }) => copies.has(id));
}
