import { type Cli, exitCode } from '../../../app/cli.ts';
import { RefusedError } from '../../../app/refused.ts';
import type { BytePath } from '../../../ir/workspace.ts';
import { type ComparedCopy, compareCopy } from '../../../runtime/workspaces/look.ts';
import type { RunsFlags } from '../runs.ts';
import { copiesNamed, copiesOfRun } from './copies.ts';
import { diffJson, diffText } from './diff-text.ts';
import { type FileDiff, fileDiff } from './file-diff.ts';

export interface DiffFlags extends RunsFlags {
  readonly stat?: boolean;
}

/** Of one copy: those beyond them are counted. */
const maxPaths = 10_000;
/** Characters of all differences together. */
const maxDiff = 4 * 1024 * 1024;

export async function diffCommand(
  cli: Cli,
  named: string,
  copy: string | undefined,
  flags: DiffFlags,
): Promise<number> {
  const run = await copiesOfRun(cli, named, flags);
  const wanted = copiesNamed(run, copy);
  // One that was never made, or was taken away, is told where it is asked for alone.
  const there = copy === undefined ? wanted.filter(({ prepared }) => prepared) : wanted;
  const room = { left: maxDiff };
  const json: object[] = [];
  for (const one of there) {
    const compared = await compareCopy(run, one);
    if ('blocked' in compared) throw new RefusedError(compared.blocked);
    const shown = compared.paths.slice(0, maxPaths);
    const told = {
      id: one.id,
      compared,
      shown,
      diffs: flags.stat ? new Map<BytePath, FileDiff>() : diffsOf({ ...compared, paths: shown }, room),
    };
    if (flags.format === 'json') json.push(diffJson(one, told));
    else await cli.out(diffText(told));
  }
  if (flags.format === 'json') await cli.out(`${JSON.stringify({ version: 1, run: run.id, copies: json }, null, 2)}\n`);
  else if (there.length === 0) await cli.out(`run ${run.id} has no copies any more\n`);
  return exitCode.ok;
}

/** Of what the copy has turned. What finds no room any more is named without its lines. */
function diffsOf({ paths, source, files }: ComparedCopy, room: { left: number }): ReadonlyMap<BytePath, FileDiff> {
  const diffs = new Map<BytePath, FileDiff>();
  for (const one of paths) {
    if (one.copy === 'same') continue;
    if (room.left <= 0) {
      diffs.set(one.path, { notes: ['its lines are left out: too many differ before it'] });
      continue;
    }
    const found = fileDiff(one, { source, copy: files });
    if (!found) continue;
    room.left -= found.diff?.length ?? 0;
    diffs.set(one.path, room.left < 0 ? { notes: [...found.notes, 'its lines are left out: too many differ'] } : found);
  }
  return diffs;
}
