/** What a task has left in its copy besides the branch that it was given: all of it is worth a ref in the source, which does not have it. */
import { hasNews, isAncestor, typesOf } from './ask.ts';
import type { CopyHistory } from './copy-objects.ts';
import type { GitBase } from './forms.ts';
import { refsNamed } from './refs.ts';
import type { Parked } from './unfinished.ts';

export interface Further {
  /** Its name in the copy: of a ref, `stash@{N}`, `HEAD` where that is on no branch, or the file of its repository that names it. */
  readonly from: string;
  readonly id: string;
}

/** The branch that the copy was given, or its HEAD where it was given none: what the source's own follows. */
export function ownTip(history: CopyHistory, base: GitBase): string | null {
  if (history.branch === base.branch) return history.head;
  // Who has gone elsewhere has left the branch as it is; one that was removed or renamed has not moved.
  return base.branch === null ? base.head : (history.refs.get(base.branch) ?? base.head);
}

interface Asked {
  /** Has the copy's objects. */
  readonly copy: string;
  /** Has the source's. */
  readonly view: string;
  readonly commonDir: string;
  readonly base: GitBase;
}

/** Names without an object of the copy hold nothing. In the order in which they are to be kept. */
export async function furtherOf(
  { copy, view, commonDir, base }: Asked,
  history: CopyHistory,
): Promise<readonly Further[]> {
  const refs = [...history.refs].filter(([name]) => name !== base.branch);
  const stashes = history.stashes.map((id, at) => ({ from: `stash@{${at}}`, id }));
  const types = await typesOf(copy, [
    ...refs.map(([, id]) => id),
    ...history.stashes,
    ...history.parked.map(({ id }) => id),
  ]);
  const there = refsNamed(
    commonDir,
    refs.map(([name]) => name),
  );
  const kept: Further[] = [];
  for (const [from, id] of refs) {
    const same = there.get(from);
    if (!types.has(id) || same === id) continue;
    const isBehind = same !== undefined && from.startsWith('refs/heads/') && (await isAncestor(view, id, same));
    if (!isBehind) kept.push({ from, id });
  }
  return [
    ...kept,
    ...stashes.filter(({ id }) => types.get(id) === 'commit'),
    ...(await detachedIn(copy, history, base)),
    ...(await parkedIn(
      copy,
      history.parked.filter(({ id }) => types.get(id) === 'commit'),
      [...kept.map(({ id }) => id), base.head, ownTip(history, base)],
      types,
    )),
  ];
}

/** A HEAD that is where a branch is has nothing of its own; what was parked is in none. */
async function parkedIn(
  copy: string,
  parked: readonly Parked[],
  known: readonly (string | null)[],
  types: ReadonlyMap<string, string>,
): Promise<readonly Further[]> {
  const others = known.filter((id) => id !== null && types.get(id) !== 'blob' && types.get(id) !== 'tree');
  const found: Further[] = [];
  for (const one of parked) if ((await hasNews(copy, one.id, others as string[])) !== false) found.push(one);
  return found;
}

async function detachedIn(copy: string, history: CopyHistory, base: GitBase): Promise<readonly Further[]> {
  const { head, branch } = history;
  if (head === null || branch !== null || base.branch === null || head === base.head) return [];
  const known = [base.head, ownTip(history, base)].filter((id) => id !== null);
  return (await hasNews(copy, head, known)) === false ? [] : [{ from: 'HEAD', id: head }];
}
