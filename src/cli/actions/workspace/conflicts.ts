import { bytePathOf, nameOfText } from '../../../adapters/sync/byte-path.ts';
import { type Cli, exitCode } from '../../../app/cli.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { TreeEntry } from '../../../ir/workspace.ts';
import type { ConflictStatus, WorkspaceStatus } from '../../../ir/workspace-status.ts';
import { baselineOf } from '../../../runtime/workspaces/look.ts';
import { resolveCommand } from '../../workspace-text.ts';
import type { RunsFlags } from '../runs.ts';
import { copiesOfRun, type RunCopies } from './copies.ts';
import { sideOf } from './file-diff.ts';
import { sideJson } from './side-json.ts';

interface Told extends ConflictStatus {
  readonly copy: string;
  /** What was there when the copy was made; undefined where that cannot be told any more. */
  readonly base: { readonly entry: TreeEntry | undefined } | undefined;
  /** Absolute. */
  readonly source: string;
  readonly take: { readonly local: string; readonly remote: string };
}

export async function conflictsCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const run = await copiesOfRun(cli, named, flags);
  const all = run.workspaces.flatMap((one) => toldOf(run, one));
  if (flags.format === 'json') {
    const conflicts = all.map(({ base, ...one }) => ({
      ...one,
      base: base === undefined ? null : sideJson(base.entry),
    }));
    await cli.out(`${JSON.stringify({ version: 1, run: run.id, conflicts }, null, 2)}\n`);
  } else if (all.length === 0) await cli.out(`${run.id} has no conflicts\n`);
  else {
    await cli.out(all.map(textOf).join('\n'));
    if (all.some(({ resolution }) => resolution === 'pending'))
      await cli.err(
        `to settle one by hand, edit it in the source and take local; then \`headgate finalize ${run.id} --retry\` goes on\n`,
      );
  }
  return exitCode.ok;
}

function toldOf(run: RunCopies, one: WorkspaceStatus): readonly Told[] {
  const baseline = one.conflicts.length === 0 ? undefined : baselineOf(run, one.id);
  return one.conflicts.map((found) => ({
    copy: one.id,
    ...found,
    base: baseline && { entry: baseline.get(bytePathOf(found.path)) },
    source: `${one.source}/${nameOfText(found.path)}`,
    take: {
      local: resolveCommand(run.id, one.id, found.path, 'local', run.workspaces),
      remote: resolveCommand(run.id, one.id, found.path, 'remote', run.workspaces),
    },
  }));
}

function textOf({ copy, path, kind, resolution, base, source, kept, spared, held, take }: Told): string {
  const was = base === undefined ? 'not known any more' : `${sideOf(base.entry)}${hashOf(base.entry)}`;
  const lines = [
    `${path}  (${copy}, ${kind}, ${resolution === 'pending' ? 'pending' : `take ${resolution}`})`,
    `  base    ${was}`,
    `  local   ${spared ?? (kind === 'delete-update' ? 'nothing' : source)}`,
    `  remote  ${kept ?? 'nothing'}`,
    ...(held === undefined ? [] : [`  held    ${held} is ignored, excluded or new; move it away to make room`]),
    ...(resolution === 'pending' ? [`  = help: ${take.local}`, `  = help: ${take.remote}`] : []),
  ];
  return lines.map((line) => `${printable(line)}\n`).join('');
}

const hashOf = (entry: TreeEntry | undefined): string =>
  entry?.kind === 'file' ? `, sha256 ${entry.hash.slice(0, 12)}` : '';
