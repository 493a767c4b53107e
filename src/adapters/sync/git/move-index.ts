/**
 * An index that stood on one commit is put on another. Entries that were as in the old commit become those of the new one; what the user
 * has staged besides stays. No file of the working tree is changed.
 */
import type { BytePath } from '../../../ir/workspace.ts';
import { bytePathOf } from '../byte-path.ts';
import { callGit, type GitEnd } from './call.ts';
import type { GitBase } from './forms.ts';
import { type Difference, differencesIn, nothing } from './staged.ts';

export interface IndexMove {
  /** Looked at for what was edited in the second in which the index was written. */
  readonly workTree: string;
  /** A repository that has both commits. */
  readonly gitDir: string;
  /** Changed in its place: a copy of the index. */
  readonly index: string;
  /** Commits or trees. */
  readonly from: string;
  readonly to: string;
  /** What was staged when the copy was made: the task had that too, and what it committed stands upon it. */
  readonly staged: GitBase['staged'];
  /** What entries become instead, where they are moved: they had been staged so before they were those of `from`. */
  readonly becomes?: GitBase['staged'] | undefined;
}

interface Entry {
  /** `MODE ID`; empty for one in conflict. */
  readonly what: string;
  /** Of `ls-files -v`: `S` for one that is not checked out, small where changes are not looked for. */
  readonly tag: string;
}

export async function moveIndex({ workTree, gitDir, index, from, to, staged, becomes }: IndexMove): Promise<GitEnd> {
  const call = { workTree, gitDir, index };
  const changed = await callGit({ ...call, args: ['diff-tree', '-r', '--raw', '-z', '--no-renames', from, to, '--'] });
  if (changed.code !== 0) return changed;
  const listed = await callGit({ ...call, args: ['ls-files', '-s', '-v', '-z'] });
  if (listed.code !== 0) return listed;
  const entries = entriesIn(listed.out);
  const before = byPath(staged);
  const instead = byPath(becomes);
  const moves = differencesIn(changed.out)
    .filter((one) => isOurs(one, entries.get(one.path), before.get(one.path)))
    .map((one) => movedTo(one, instead.get(one.path)));
  const removed = moves.filter(({ newMode }) => newMode === nothing);
  const gone = new Set(removed.map(({ path }) => path));
  const folders = foldersOf([...entries.keys()].filter((path) => !gone.has(path)));
  const put = moves.filter(({ newMode, path }) => newMode !== nothing && isFree(path, entries, gone, folders));
  const none = '0'.repeat(from.length);
  const lines = [
    ...removed.map(({ path }) => `0 ${none}\t${path}\0`),
    ...put.map(({ path, newMode, newId }) => `${newMode} ${newId}\t${path}\0`),
  ];
  const args = ['update-index', '--no-split-index', '--add', '-z', '--index-info'];
  const end = await callGit({ ...call, args, input: Buffer.from(lines.join(''), 'latin1') });
  if (end.code !== 0) return end;
  return keepTags(call, put, entries);
}

const byPath = (staged: GitBase['staged'] | undefined): ReadonlyMap<BytePath, string> =>
  new Map(Object.entries(staged ?? {}).map(([path, what]) => [bytePathOf(path), what]));

function movedTo(one: Difference, what: string | undefined): Difference {
  if (what === undefined) return one;
  const [newMode = nothing, newId = ''] = what === '' ? [] : what.split(' ');
  return { ...one, newMode, newId };
}

function entriesIn(out: Buffer): ReadonlyMap<BytePath, Entry> {
  const entries = new Map<BytePath, Entry>();
  for (const line of out.toString('latin1').split('\0')) {
    const found = /^(.) (\d{6}) ([0-9a-f]+) (\d)\t(.*)$/s.exec(line);
    if (!found) continue;
    const [, tag = '', mode, id, stage, path = ''] = found;
    entries.set(path, { what: stage === '0' ? `${mode} ${id}` : '', tag });
  }
  return entries;
}

function isOurs(one: Difference, entry: Entry | undefined, before: string | undefined): boolean {
  const now = entry?.what ?? nothingText;
  if (entry?.what === '') return false;
  const was = one.oldMode === nothing ? nothingText : `${one.oldMode} ${one.oldId}`;
  return now === was || (before !== undefined && now === (before === '' ? nothingText : before));
}

const nothingText = 'nothing';

function foldersOf(paths: readonly BytePath[]): ReadonlySet<BytePath> {
  const folders = new Set<BytePath>();
  for (const path of paths)
    for (
      let cut = path.lastIndexOf('/');
      cut > 0 && !folders.has(path.slice(0, cut));
      cut = path.lastIndexOf('/', cut - 1)
    )
      folders.add(path.slice(0, cut));
  return folders;
}

/** Nothing that the user has staged lies in it, or is a file where it needs a folder: git would drop that. */
function isFree(
  path: BytePath,
  entries: ReadonlyMap<BytePath, Entry>,
  gone: ReadonlySet<BytePath>,
  folders: ReadonlySet<BytePath>,
): boolean {
  if (folders.has(path)) return false;
  for (let cut = path.indexOf('/'); cut > 0; cut = path.indexOf('/', cut + 1)) {
    const folder = path.slice(0, cut);
    if (entries.has(folder) && !gone.has(folder)) return false;
  }
  return true;
}

/** An entry that is put anew has lost them. */
async function keepTags(
  call: Pick<IndexMove, 'workTree' | 'gitDir' | 'index'>,
  put: readonly Difference[],
  entries: ReadonlyMap<BytePath, Entry>,
): Promise<GitEnd> {
  let end: GitEnd = { code: 0, out: Buffer.alloc(0), said: '' };
  const tagged = (fits: RegExp): readonly BytePath[] =>
    put.map(({ path }) => path).filter((path) => fits.test(entries.get(path)?.tag ?? ''));
  for (const [flag, fits] of [
    ['--skip-worktree', /^s$/i],
    ['--assume-unchanged', /^[a-z]$/],
  ] as const) {
    const paths = tagged(fits);
    if (paths.length === 0) continue;
    const input = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
    end = await callGit({ ...call, args: ['update-index', flag, '-z', '--stdin'], input });
    if (end.code !== 0) return end;
  }
  return end;
}
