/** What became of workspaces, as people read it. */
import { printable } from '../diagnostics/render/width.ts';
import type { HistoryStatus, WorkspaceStatus } from '../ir/workspace-status.ts';
import { shellWord } from './shell-word.ts';
import { table } from './table.ts';

/** Of paths that are named one by one. */
const most = 10;

export function workspaceTable(run: string, workspaces: readonly WorkspaceStatus[]): string {
  if (workspaces.length === 0) return '';
  const rows = workspaces.map((one) => [
    one.id,
    one.users.join(' '),
    one.prepared ? 'there' : '-',
    one.finalize.replace('_', ' '),
    String(one.written.length),
    String(one.removed.length),
    String(one.conflicts.length),
    one.source,
  ]);
  const names = ['WORKSPACE', 'OF', 'COPY', 'FINALIZE', 'WRITTEN', 'REMOVED', 'CONFLICTS', 'SOURCE'];
  return `${table([names, ...rows])}${workspaces.flatMap((one) => linesOf(run, one, workspaces)).join('')}`;
}

const linesOf = (run: string, one: WorkspaceStatus, all: readonly WorkspaceStatus[]): readonly string[] => [
  ...copyTexts(run, one, all).map((text) => `  ${printable(`${one.id} ${text}`)}\n`),
  ...(one.remedy === undefined ? [] : [`  = help: ${printable(one.remedy)}\n`]),
];

/** What became of one copy, and what is to be done about it: a thing a line. */
export function copyTexts(run: string, one: WorkspaceStatus, all: readonly WorkspaceStatus[]): readonly string[] {
  const { conflict } = one.realized;
  const open = one.conflicts.filter(({ resolution }) => resolution === 'pending');
  return [
    ...(conflict
      ? [
          `is a copy of its own: the one that is there is for the environment \`${conflict.workspaceEnvironmentId}\` and other settings, this one for \`${conflict.intendedEnvironmentId}\` (said by the ${conflict.intendedSource})`,
        ]
      : []),
    ...some('wrote', one.written),
    ...some('removed', one.removed),
    ...historyTexts(one, most),
    ...repositoryTexts(one),
    ...(one.reason === undefined ? [] : [`${stateText(one)}: ${one.reason}`]),
    ...open
      .slice(0, most)
      .map(({ path }) => `conflict at ${path}: ${resolveCommand(run, one.id, path, 'local', all)}, or remote`),
    ...(open.length > most ? [`${open.length - most} more: headgate workspace conflicts ${run}`] : []),
    ...sparedTexts(run, one),
  ];
}

/** Where the side of the copy has taken the place of what the source had: that is not lost. */
function sparedTexts(run: string, { conflicts }: WorkspaceStatus): readonly string[] {
  const spared = conflicts.flatMap(({ path, spared: at }) => (at === undefined ? [] : [{ path, at }]));
  return [
    ...spared
      .slice(0, most)
      .map(({ path, at }) => `took the side of the copy at ${path}; what the source had is kept: ${shellWord(at)}`),
    ...(spared.length > most ? [`${spared.length - most} more: headgate workspace conflicts ${run}`] : []),
  ];
}

/** What became of commits, and of what was kept at most so many, each with the command that shows it. */
function historyTexts({ source, history, finalize }: WorkspaceStatus, most: number): readonly string[] {
  if (history === undefined) return [];
  const { outcome, branch, head, kept } = history;
  const name = branch === null ? 'HEAD' : branch.replace(/^refs\/heads\//, '');
  const how =
    outcome === 'merged' ? 'was merged with what the task committed' : 'went forward to what the task committed';
  const at = `git -C ${shellWord(source)} log`;
  return [
    ...(outcome === 'unchanged' ? [] : [`${name} ${how}: ${at} ${shellWord(head ?? name)}`]),
    ...kept
      .slice(0, most)
      .map(
        ({ from, ref }) =>
          `kept ${from} of the copy: ${from.startsWith('stash@') ? `git -C ${shellWord(source)} stash show -p` : at} ${shellWord(ref)}`,
      ),
    ...(kept.length > most
      ? [`kept ${kept.length - most} more: git -C ${shellWord(source)} for-each-ref refs/headgate/kept`]
      : []),
    // Nobody is going to take over what was given up, and it would stay for ever.
    ...(finalize === 'abandoned' ? forgetTexts(source, kept) : []),
  ];
}

function forgetTexts(source: string, [first]: HistoryStatus['kept']): readonly string[] {
  if (first === undefined) return [];
  const below = shellWord(first.ref.split('/').slice(0, 4).join('/'));
  const at = `git -C ${shellWord(source)}`;
  return [
    `what was kept can be removed, for good: ${at} for-each-ref --format='delete %(refname)' ${below}/ | ${at} update-ref --stdin`,
  ];
}

const repositoryTexts = ({ repositories = [] }: WorkspaceStatus): readonly string[] =>
  repositories.map(
    ({ path, kept }) => `kept ${path}, which is not in the source: git clone --bare ${shellWord(kept)} FOLDER`,
  );

/** Said when a run or a finalize ends: who does not know of it would look for it in vain. */
export const keptText = (workspaces: readonly WorkspaceStatus[]): string =>
  workspaces
    .flatMap((one) => {
      const { history } = one;
      const texts =
        history === undefined ? [] : historyTexts({ ...one, history: { ...history, outcome: 'unchanged' } }, most);
      return [...texts, ...repositoryTexts(one)].map((text) => `${printable(`${one.id} ${text}`)}\n`);
    })
    .join('');

/** With the code that `headgate explain` takes, where there is one. */
export const stateText = ({ finalize, code }: Pick<WorkspaceStatus, 'finalize' | 'code'>): string =>
  `${finalize}${code === undefined ? '' : `[${code}]`}`;

function some(what: string, paths: readonly string[]): readonly string[] {
  if (paths.length === 0) return [];
  const more = paths.length > most ? ` and ${paths.length - most} more` : '';
  return [`${what} ${paths.slice(0, most).join(', ')}${more}`];
}

/** The copy is named where the path alone would not say which. */
export function resolveCommand(
  run: string,
  copy: string,
  path: string,
  take: 'local' | 'remote',
  all: readonly WorkspaceStatus[],
): string {
  const isOne = all.filter(({ conflicts }) => conflicts.some((one) => one.path === path)).length === 1;
  const options = `--take ${take}${isOne ? '' : ` --copy ${shellWord(copy)}`}`;
  const words = `${shellWord(run)} ${shellWord(path)}`;
  // What begins with a dash is no option after a double one.
  return `headgate workspace resolve ${path.startsWith('-') ? `${options} -- ${words}` : `${words} ${options}`}`;
}
