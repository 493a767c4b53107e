/**
 * Commits of a copy into a repository of ours that borrows the source's objects. Here they are judged before anything of them is in the
 * source: each object has the id of its bytes, all that `git fsck` refuses is refused, and everything that they lead to is there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SyncFault } from '../fault.ts';
import { hasNews, isAncestor, isCommit } from './ask.ts';
import { type CopyHistory, readCopy } from './copy-objects.ts';
import { refused } from './faults.ts';
import type { GitBase } from './forms.ts';
import type { Places } from './locate.ts';
import { isWhole, makeBundle, receive } from './pack.ts';
import type { Scratch } from './scratch.ts';
import { makeRepository, viewOf } from './view.ts';

export interface Brought {
  /** Has what the source has, and what was brought. */
  readonly gitDir: string;
  /** What the copy is on; null where it has no commit. */
  readonly head: string | null;
  /** It has commits that it did not begin with. */
  readonly hasNews: boolean;
  /** It does not come after the commit that it began with. */
  readonly isRewritten: boolean;
  /** Further tips, by name. */
  readonly others: ReadonlyMap<string, string>;
}

export async function bring(
  places: Places,
  copyRoot: string,
  scratch: Scratch,
  base: GitBase,
): Promise<Brought | { readonly fault: SyncFault }> {
  const no = (said: string): { readonly fault: SyncFault } => ({ fault: refused(places.topLevel, said) });
  const copy = join(scratch.path, 'copy');
  makeRepository(copy, {
    objectFormat: places.objectFormat,
    ...(places.shallow ? { shallowFile: join(places.commonDir, 'shallow') } : {}),
  });
  const history = readCopy(copyRoot, copy);
  if (history === undefined) return no('the `.git` of its copy is no repository any more');
  const { head } = history;
  const gitDir = viewOf(places, join(scratch.path, 'view'));
  if (head !== null && head !== base.head && !(await isCommit(copy, head)))
    return no(`${head} is no commit that its copy has`);
  if (head === null && base.head !== null) return no('its copy is on a branch without a commit');
  const others = await furtherTips(copy, history, base);
  const isRewritten = await rewrote(copy, head, base);
  if (isRewritten === undefined) return no(`its copy has lost ${base.head}, with which it began`);
  const news =
    head !== null && head !== base.head && (await hasNews(copy, head, base.head === null ? [] : [base.head]));
  if (news === undefined) return no('its copy does not have its whole history');
  const wanted = [...(news ? [head as string] : []), ...others.values()];
  const fault = wanted.length === 0 ? undefined : await carry(scratch, copy, gitDir, wanted, base);
  if (fault) return no(fault);
  return { gitDir, head, hasNews: news, isRewritten, others };
}

async function rewrote(copy: string, head: string | null, base: GitBase): Promise<boolean | undefined> {
  if (head === null || base.head === null || head === base.head) return false;
  const comesAfter = await isAncestor(copy, base.head, head);
  return comesAfter === undefined ? undefined : !comesAfter;
}

/** Branches that the task has left with commits of their own. */
async function furtherTips(
  copy: string,
  { head, tips }: CopyHistory,
  base: GitBase,
): Promise<ReadonlyMap<string, string>> {
  const known = [head, base.head].filter((id) => id !== null);
  const others = new Map<string, string>();
  for (const [name, id] of tips)
    if (!known.includes(id) && (await isCommit(copy, id)) && (await hasNews(copy, id, known))) others.set(name, id);
  return others;
}

/** Why it could not be. What begins at a commit that the source has lost is sent whole. */
async function carry(
  scratch: Scratch,
  copy: string,
  view: string,
  wanted: readonly string[],
  base: GitBase,
): Promise<string | undefined> {
  const refs = wanted.map((_, at) => `${scratch.ref}/${at}`);
  for (const [at, id] of wanted.entries()) {
    const file = join(copy, refs[at] as string);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${id}\n`);
  }
  const send = async (without: readonly string[], to: string): Promise<string | undefined> => {
    const file = join(scratch.path, `bundle-${without.length}`);
    const made = await makeBundle(copy, file, refs, without);
    if (made.code !== 0) return made.said;
    const put = await receive({ gitDir: to }, file, true);
    if (put.code !== 0) return put.said;
    const whole = await isWhole(to, wanted, without);
    return whole.code === 0 ? undefined : whole.said;
  };
  const isThere = base.head !== null && (await isCommit(view, base.head));
  const thin = isThere ? await send([base.head as string], view) : undefined;
  if (isThere && thin === undefined) return undefined;
  const whole = await send([], view);
  return whole === undefined ? undefined : (thin ?? whole);
}
