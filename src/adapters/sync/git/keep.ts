/** Commits that are put into no branch stay in the source under refs of ours, where nobody loses them and nothing has such a name. */
import { rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SyncFault } from '../fault.ts';
import { isAncestor } from './ask.ts';
import { callGit } from './call.ts';
import { gitFailed } from './faults.ts';
import type { KeptCommit } from './forms.ts';
import type { Further } from './further.ts';
import { knownBase, type Put, putObjects } from './put.ts';
import { refsNamed } from './refs.ts';

type Fault = { readonly fault: SyncFault };

export const keptPrefix = (id: string): string => `refs/headgate/kept/${id}`;
export const keptHead = (id: string): string => `${keptPrefix(id)}/head`;

/** No two have the same: what is no branch, tag or note has a part of its own. */
function keptName(id: string, from: string): string {
  if (from === 'HEAD') return `${keptPrefix(id)}/detached`;
  if (from.startsWith('stash@{')) return `${keptPrefix(id)}/stash`;
  if (/(?:^|\/)(?:MERGE_AUTOSTASH|autostash)$/.test(from) && !from.startsWith('refs/'))
    return `${keptPrefix(id)}/autostash`;
  if (from.startsWith('worktrees/')) return `${keptPrefix(id)}/worktree`;
  return `${keptPrefix(id)}/${/^refs\/(heads|tags|notes)\//.test(from) ? from.slice('refs/'.length) : from}`;
}

/** Of the task's own branch, which could not be put in. */
export async function keepHead(put: Put, id: string, commit: string): Promise<Fault | { readonly ref: string }> {
  const end = await keepAt(put, keptPrefix(id), [{ from: 'head', id: commit, ref: keptHead(id) }]);
  return 'fault' in end ? end : { ref: end.kept[0]?.ref ?? keptHead(id) };
}

export const keepFurther = (
  put: Put,
  id: string,
  all: readonly Further[],
): Promise<Fault | { readonly kept: readonly KeptCommit[] }> =>
  keepAt(
    put,
    keptPrefix(id),
    all.map((one) => ({ ...one, ref: keptName(id, one.from) })),
  );

type Named = Further & { readonly ref: string };

/** All of them, or none. */
async function keepAt(
  put: Put,
  prefix: string,
  all: readonly Named[],
): Promise<Fault | { readonly kept: readonly KeptCommit[] }> {
  if (all.length === 0) return { kept: [] };
  const { places, base } = put;
  const ids = [...new Set(all.map(({ id }) => id))];
  const fault = await putObjects(put, ids, await knownBase(put, base.head));
  if (fault) return fault;
  const there = await keptIn(put, prefix);
  const kept: KeptCommit[] = [];
  const lines: string[] = [];
  for (const one of all) {
    const { ref, was } = await freeName(put, prefix, one, there);
    there.set(ref, { id: one.id, isNew: true });
    kept.push({ ref, commit: one.id, from: one.from });
    if (was === one.id) continue;
    lines.push(was === undefined ? `create ${ref} ${one.id}\n` : `update ${ref} ${one.id} ${was}\n`);
    // Of an import that was killed: nobody else writes here.
    rmSync(join(places.commonDir, `${ref}.lock`), { force: true });
  }
  if (lines.length === 0) return { kept };
  const args = ['update-ref', '-m', 'headgate: kept', '--stdin'];
  const end = await callGit({ gitDir: places.gitDir, args, input: lines.join('') });
  return end.code === 0
    ? { kept }
    : { fault: gitFailed(places.topLevel, 'set refs below `refs/headgate/kept`', end.said) };
}

/** By name; `isNew`: this import has given it. */
type Names = Map<string, { readonly id: string; readonly isNew: boolean }>;

async function keptIn({ places }: Put, prefix: string): Promise<Names> {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', prefix];
  const { out } = await callGit({ gitDir: places.gitDir, args });
  const lines = out
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  return new Map(
    lines.map((line) => [line.slice(line.indexOf(' ') + 1), { id: line.slice(0, line.indexOf(' ')), isNew: false }]),
  );
}

/** What an earlier import has kept, or somebody has put there, is not lost: the next one has a number. */
async function freeName(
  { view }: Put,
  prefix: string,
  { ref, id, from }: Named,
  there: Names,
): Promise<{ readonly ref: string; readonly was: string | undefined }> {
  const folders = new Set([...there.keys()].flatMap(foldersOf));
  let base = ref;
  for (let group = 0, count = 0; ; count++) {
    const name = count === 0 ? base : `${base}-${count}`;
    if (foldersOf(name).some((folder) => there.has(folder))) {
      // No number at its end helps where a part of it is a ref itself.
      base = `${prefix}/${++group}${ref.slice(prefix.length)}`;
      count = -1;
      continue;
    }
    const was = there.get(name);
    if (was === undefined && !folders.has(name)) return { ref: name, was: undefined };
    if (was === undefined || was.isNew) continue;
    // An entry of the stash follows no other.
    const isSame = was.id === id || (!isPutAway(from) && (await isAncestor(view, was.id, id)));
    if (isSame) return { ref: name, was: was.id };
  }
}

const isPutAway = (from: string): boolean => from.startsWith('stash@{') || /AUTOSTASH$|autostash$/.test(from);

const foldersOf = (name: string): readonly string[] => {
  const parts = name.split('/');
  return parts.slice(1).map((_, at) => parts.slice(0, at + 1).join('/'));
};

/** What it kept is now in the branch, which is at `at`. */
export async function forgetKept({ places, view }: Put, id: string, at: string): Promise<void> {
  const ref = keptHead(id);
  const was = refsNamed(places.commonDir, [ref]).get(ref);
  if (was === undefined || !(await isAncestor(view, was, at))) return;
  await callGit({ gitDir: places.gitDir, args: ['update-ref', '-d', ref, was] });
  // git leaves the folders that it has made for it.
  for (const top of ['', 'logs']) removeEmpty(join(places.commonDir, top, keptPrefix(id)), 3);
}

function removeEmpty(folder: string, levels: number): void {
  let at = folder;
  try {
    for (let level = 0; level < levels; level++, at = dirname(at)) rmdirSync(at);
  } catch {
    // Something is in it, or it is gone.
    if (levels > 1) removeEmpty(dirname(folder), levels - 1);
  }
}
