/** What a copy has against its source, as people and programs read it. */
import { pathText } from '../../../adapters/sync/byte-path.ts';
import type { LeavingLink } from '../../../adapters/sync/refusals.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { BytePath } from '../../../ir/workspace.ts';
import type { WorkspaceStatus } from '../../../ir/workspace-status.ts';
import type { ComparedPath, Turn } from '../../../plan/workspaces/compare.ts';
import type { ComparedCopy } from '../../../runtime/workspaces/look.ts';
import { table } from '../../table.ts';
import { type FileDiff, sideOf } from './file-diff.ts';
import { sideJson } from './side-json.ts';

const mostLinks = 20;

interface Told {
  readonly id: string;
  readonly compared: ComparedCopy;
  /** The first of its paths. */
  readonly shown: readonly ComparedPath[];
  readonly diffs: ReadonlyMap<BytePath, FileDiff>;
}

export function diffText({ id, compared: { source, files, paths, leaving, suspicious }, shown, diffs }: Told): string {
  const head = `${printable(`${id}: copy ${files}, source ${source}`)}\n`;
  const links = leavingText('copy', leaving.copy) + leavingText('source', leaving.source);
  if (paths.length === 0) return `${head}nothing has changed on either side\n${links}`;
  const rows = shown.map((one) => [
    wordOf(one.copy),
    wordOf(one.source),
    pathText(one.path),
    one.conflict ? `conflict: ${sideOf(one.local)} / ${sideOf(one.remote)}` : sideOf(one.remote ?? one.local),
  ]);
  return [
    head,
    table([['COPY', 'SOURCE', 'PATH', 'IS'], ...rows]),
    paths.length > shown.length ? `and ${paths.length - shown.length} more\n` : '',
    `${countsText(paths)}\n`,
    suspicious
      ? `${suspicious.gone} of ${suspicious.files} files are gone: its finalize refuses to remove so many\n`
      : '',
    links,
    ...shown.map(({ path }) => fileText(pathText(path), diffs.get(path))),
  ].join('');
}

/** What a finalize refuses is shown all the same: it is what somebody has to look at. */
function leavingText(side: string, links: readonly LeavingLink[]): string {
  const lines = links
    .slice(0, mostLinks)
    .map(
      ({ path, target }) =>
        `${pathText(path)} of the ${side} leads out of the workspace, to ${pathText(target)}: its finalize refuses that\n`,
    );
  return [...lines, links.length > lines.length ? `and ${links.length - lines.length} more links\n` : ''].join('');
}

function fileText(path: string, found: FileDiff | undefined): string {
  if (!found) return '';
  const notes = found.notes.map((note) => `${printable(`${path}: ${note}`)}\n`).join('');
  // Tabs stay, so that what is shown is what is there.
  const lines = (found.diff ?? '').split('\n').map((line) => line.split('\t').map(printable).join('\t'));
  return `\n${notes}${lines.join('\n')}`;
}

const wordOf = (turn: Turn): string => (turn === 'same' ? '-' : turn);

function countsText(paths: readonly ComparedPath[]): string {
  const counts = countsOf(paths);
  const said = turns.flatMap((turn) => (counts.copy[turn] > 0 ? [`${counts.copy[turn]} ${turn}`] : []));
  const more = [
    ...(counts.sourceAlone > 0 ? [`${counts.sourceAlone} changed in the source alone`] : []),
    ...(counts.conflicts > 0 ? [`${counts.conflicts} in conflict`] : []),
  ];
  return `copy: ${said.length === 0 ? 'nothing' : said.join(', ')}${more.map((one) => `; ${one}`).join('')}`;
}

const turns = ['added', 'changed', 'removed', 'mode', 'type'] as const;

function countsOf(paths: readonly ComparedPath[]): {
  readonly copy: Readonly<Record<(typeof turns)[number], number>>;
  readonly sourceAlone: number;
  readonly conflicts: number;
} {
  const copy = { added: 0, changed: 0, removed: 0, mode: 0, type: 0 };
  for (const one of paths) if (one.copy !== 'same') copy[one.copy]++;
  return {
    copy,
    sourceAlone: paths.filter((one) => one.copy === 'same').length,
    conflicts: paths.filter(({ conflict }) => conflict).length,
  };
}

export function diffJson(
  { id, workspace, users, finalize }: WorkspaceStatus,
  { compared: { source, files, paths, leaving, suspicious }, shown, diffs }: Told,
): object {
  return {
    id,
    workspace,
    users,
    finalize,
    source,
    files,
    counts: countsOf(paths),
    left: paths.length - shown.length,
    ...(suspicious ? { suspicious } : {}),
    leaving: { copy: leavingJson(leaving.copy), source: leavingJson(leaving.source) },
    paths: shown.map((one) => ({
      path: pathText(one.path),
      copy: one.copy,
      source: one.source,
      conflict: one.conflict,
      base: sideJson(one.base),
      local: sideJson(one.local),
      remote: sideJson(one.remote),
      ...diffs.get(one.path),
    })),
  };
}

const leavingJson = (links: readonly LeavingLink[]): readonly object[] =>
  links.map(({ path, target }) => ({ path: pathText(path), target: pathText(target) }));
