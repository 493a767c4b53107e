/**
 * The history of a source into a repository of the copy's own, which knows nothing of the source: no remote, no hook, no path of the
 * host. The source is only read: the ref that carries its commits stands in a repository that borrows its objects.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { removeTree } from '../../files/remove-tree.ts';
import type { SyncFault } from '../fault.ts';
import { callGit, gitIsThere } from './call.ts';
import { emptyTree } from './describe.ts';
import { gitFailed, movesOn, noGit, notARepository, told, underWayAtStart } from './faults.ts';
import { holdFiltered } from './filtered.ts';
import type { GitBase } from './forms.ts';
import { locate, type Places } from './locate.ts';
import { makeBundle, makePack, packOf, receive } from './pack.ts';
import { type Head, headOf } from './refs.ts';
import { type Scratch, withScratch } from './scratch.ts';
import { ignoredText, settingsForCopy } from './settings.ts';
import { stagedIn } from './staged.ts';
import { underWayIn } from './unfinished.ts';
import { copyIndex, copySmall, makeRepository, viewOf } from './view.ts';

type Exported = { readonly base: GitBase } | { readonly fault: SyncFault };

/** Makes `<copyRoot>/.git`, before or after the files are copied. May be done again after a crash. */
export async function exportTo(root: string, copyRoot: string): Promise<Exported> {
  if (!gitIsThere()) return { fault: noGit() };
  const places = await locate(root);
  if ('fault' in places) return places;
  const busy = underWayIn(places.gitDir);
  if (busy !== null) return { fault: underWayAtStart(places.topLevel, busy) };
  return told(root, 'make a copy of the repository', () => {
    mkdirSync(copyRoot, { recursive: true });
    return withScratch(copyRoot, (scratch) => exportIn(places, copyRoot, scratch));
  });
}

const tries = 5;

async function exportIn(places: Places, copyRoot: string, scratch: Scratch): Promise<Exported> {
  const view = viewOf(places, join(scratch.path, 'view'));
  const index = join(view, 'index');
  for (let tried = 0; tried < tries; tried++) {
    const at = headOf(places.gitDir, places.commonDir);
    if (at === undefined)
      return { fault: notARepository(places.topLevel, 'its HEAD says neither a branch nor a commit') };
    const hasIndex = copyIndex(places.gitDir, index, view);
    const then = headOf(places.gitDir, places.commonDir);
    // A commit in between: its index would stand beside the history before it.
    if (then?.head === at.head && then.branch === at.branch)
      return carry(places, copyRoot, scratch, { view, at, hasIndex });
  }
  return { fault: movesOn(places.topLevel) };
}

interface Carried {
  readonly view: string;
  readonly at: Head;
  readonly hasIndex: boolean;
}

async function carry(places: Places, copyRoot: string, scratch: Scratch, carried: Carried): Promise<Exported> {
  const { view, at, hasIndex } = carried;
  const { topLevel } = places;
  const gitDir = join(copyRoot, '.git');
  await emptyCopy(places, gitDir);
  if (at.head !== null) {
    const file = join(scratch.path, 'history');
    mkdirSync(dirname(join(view, scratch.ref)), { recursive: true });
    writeFileSync(join(view, scratch.ref), `${at.head}\n`);
    const made = await makeBundle(view, file, [scratch.ref], []);
    if (made.code !== 0) return { fault: gitFailed(topLevel, 'pack the history', made.said) };
    const put = await receive({ gitDir }, file, false);
    if (put.code !== 0) return { fault: gitFailed(topLevel, 'copy the history', put.said) };
    rmSync(file);
  }
  const index = await carryIndex(places, scratch, carried, gitDir);
  if ('fault' in index) return index;
  const fault = await setHead(gitDir, at, topLevel);
  if (fault) return { fault };
  if (hasIndex) {
    const written = (await writeIndex(places, gitDir)) ?? (await holdFiltered(places, view, gitDir));
    if (written) return { fault: written };
  }
  return { base: { head: at.head, branch: at.branch, staged: index.staged } };
}

async function emptyCopy(places: Places, gitDir: string): Promise<void> {
  try {
    removeTree(gitDir);
  } catch {
    // Not a folder.
    rmSync(gitDir, { force: true });
  }
  const { gitDir: from, commonDir } = places;
  makeRepository(gitDir, {
    objectFormat: places.objectFormat,
    settings: { 'core.logallrefupdates': 'true', ...(await settingsForCopy(places)) },
    ...(places.shallow ? { shallowFile: join(commonDir, 'shallow') } : {}),
  });
  writeFileSync(join(gitDir, 'info/exclude'), await ignoredText(commonDir));
  copySmall(join(commonDir, 'info/attributes'), join(gitDir, 'info/attributes'), 1_048_576);
  copySmall(join(from, 'info/sparse-checkout'), join(gitDir, 'info/sparse-checkout'), 1_048_576);
}

/** What was staged and not committed has objects that no commit leads to. */
async function carryIndex(
  places: Places,
  scratch: Scratch,
  { view, at, hasIndex }: Carried,
  gitDir: string,
): Promise<{ readonly staged: GitBase['staged'] } | { readonly fault: SyncFault }> {
  if (!hasIndex) return { staged: {} };
  const index = join(view, 'index');
  // What is only meant to be added is in the index as an empty file.
  await callGit({ gitDir, args: ['hash-object', '-w', '--stdin'] });
  const failed = (said: string): { readonly fault: SyncFault } => ({
    fault: gitFailed(places.topLevel, 'copy what is staged', said),
  });
  const against = at.head ?? emptyTree(places);
  const staged = await stagedIn({ gitDir: view, index }, against);
  if (staged === undefined) return failed('its index cannot be read');
  const file = join(scratch.path, 'staged');
  const tree = await callGit({ gitDir: view, index, args: ['write-tree'] });
  const without = at.head === null ? [] : [at.head];
  const id = tree.out.toString('latin1').trim();
  if (tree.code === 0 && staged.blobs.length === 0 && staged.removed === 0) return { staged: {} };
  // Where a merge has left conflicts there is no tree, and each file is taken for itself.
  const made = tree.code === 0 ? await makePack(view, file, [id], without) : await packOf(view, file, staged.blobs);
  if (made.code !== 0) return failed(made.said);
  const put = await receive({ gitDir }, file, false);
  if (put.code !== 0) return failed(put.said);
  rmSync(file);
  return { staged: staged.entries };
}

async function setHead(gitDir: string, { head, branch }: Head, root: string): Promise<SyncFault | undefined> {
  writeFileSync(join(gitDir, 'HEAD'), branch === null ? `${head}\n` : `ref: ${branch}\n`);
  if (head === null) return undefined;
  const args = ['update-ref', '-m', 'headgate: copy', ...(branch === null ? ['--no-deref', 'HEAD'] : [branch]), head];
  const set = await callGit({ gitDir, args });
  return set.code === 0 ? undefined : gitFailed(root, 'set the branch of the copy', set.said);
}

/** Without what helps only where it was made: a shared part, answers of a file watcher, commits of a merge that is over. */
async function writeIndex(places: Places, gitDir: string): Promise<SyncFault | undefined> {
  const index = join(gitDir, 'index');
  copyIndex(places.gitDir, index, gitDir);
  const args = [
    'update-index',
    '--no-split-index',
    '--no-untracked-cache',
    '--no-fsmonitor',
    '--clear-resolve-undo',
    '--force-write-index',
  ];
  const end = await callGit({ gitDir, index, args });
  for (const name of readdirSync(gitDir)) if (name.startsWith('sharedindex.')) rmSync(join(gitDir, name));
  return end.code === 0 ? undefined : gitFailed(places.topLevel, 'copy the index', end.said);
}
