/** Commits that are put into no branch stay in the source under refs of ours, where nobody loses them and nothing has such a name. */
import { rmdirSync } from 'node:fs';
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

const keptPrefix = (id: string): string => `refs/headgate/kept/${id}`;
export const keptHead = (id: string): string => `${keptPrefix(id)}/head`;

/** No two have the same: what is no branch, tag or note has a part of its own. */
function keptName(id: string, from: string): string {
  if (from === 'HEAD') return `${keptPrefix(id)}/detached`;
  if (from.startsWith('stash@{')) return `${keptPrefix(id)}/stash`;
  return `${keptPrefix(id)}/${/^refs\/(heads|tags|notes)\//.test(from) ? from.slice('refs/'.length) : from}`;
}

/** Of the task's own branch, which could not be put in. */
export async function keepHead(put: Put, id: string, commit: string): Promise<Fault | { readonly ref: string }> {
  const end = await keepAt(put, [{ from: 'head', id: commit, ref: keptHead(id) }]);
  return 'fault' in end ? end : { ref: end.kept[0]?.ref ?? keptHead(id) };
}

export const keepFurther = (
  put: Put,
  id: string,
  all: readonly Further[],
): Promise<Fault | { readonly kept: readonly KeptCommit[] }> =>
  keepAt(
    put,
    all.map((one) => ({ ...one, ref: keptName(id, one.from) })),
  );

type Named = Further & { readonly ref: string };

/** All of them, or none. */
async function keepAt(put: Put, all: readonly Named[]): Promise<Fault | { readonly kept: readonly KeptCommit[] }> {
  if (all.length === 0) return { kept: [] };
  const { places, base } = put;
  const ids = [...new Set(all.map(({ id }) => id))];
  const fault = await putObjects(put, ids, await knownBase(put, base.head));
  if (fault) return fault;
  const kept: KeptCommit[] = [];
  const lines: string[] = [];
  const taken = new Set<string>();
  for (const one of all) {
    const { ref, was } = await freeName(put, one, taken);
    taken.add(ref);
    kept.push({ ref, commit: one.id, from: one.from });
    if (was === undefined) lines.push(`create ${ref} ${one.id}\n`);
    else if (was !== one.id) lines.push(`update ${ref} ${one.id} ${was}\n`);
  }
  if (lines.length === 0) return { kept };
  const args = ['update-ref', '-m', 'headgate: kept', '--stdin'];
  const end = await callGit({ gitDir: places.gitDir, args, input: lines.join('') });
  return end.code === 0
    ? { kept }
    : { fault: gitFailed(places.topLevel, 'set refs below `refs/headgate/kept`', end.said) };
}

/** What an earlier import has kept, or somebody has put there, is not lost: the next one has a number. */
async function freeName(
  { places, view }: Put,
  { ref, id }: Named,
  taken: ReadonlySet<string>,
): Promise<{ readonly ref: string; readonly was: string | undefined }> {
  for (let count = 0; ; count++) {
    const name = count === 0 ? ref : `${ref}-${count}`;
    if (taken.has(name)) continue;
    const was = refsNamed(places.commonDir, [name]).get(name);
    if (was === undefined || was === id || (await isAncestor(view, was, id))) return { ref: name, was };
  }
}

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
