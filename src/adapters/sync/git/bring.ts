/**
 * Commits of a copy into a repository of ours that borrows the source's objects. Here they are judged before anything of them is in the
 * source: each object has the id of its bytes, all that `git fsck` refuses is refused, and everything that they lead to is there.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SyncFault } from '../fault.ts';
import { hasNews, isAncestor, isCommit, typesOf } from './ask.ts';
import { readCopy } from './copy-objects.ts';
import { notWhole, refused } from './faults.ts';
import type { GitBase } from './forms.ts';
import { type Further, furtherOf, ownTip } from './further.ts';
import type { Places } from './locate.ts';
import { isWhole, makeBundle, receive } from './pack.ts';
import type { Scratch } from './scratch.ts';
import type { Unfinished } from './unfinished.ts';
import { makeRepository, viewOf } from './view.ts';

export interface Brought {
  /** Has what the source has, and what was brought. */
  readonly gitDir: string;
  /** Of the branch that the copy was given; null where that has no commit. */
  readonly head: string | null;
  /** It has commits that it did not begin with. */
  readonly hasNews: boolean;
  /** It does not come after the commit that it began with. */
  readonly isRewritten: boolean;
  readonly further: readonly Further[];
  /** What the copy was left in the middle of. */
  readonly underWay: Unfinished | null;
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
  if ('tooMuch' in history) return { fault: notWhole(places.topLevel, copyRoot, history.tooMuch) };
  const head = ownTip(history, base);
  const gitDir = viewOf(places, join(scratch.path, 'view'));
  for (const id of new Set([history.head, head]))
    if (id !== null && id !== base.head && !(await isCommit(copy, id)))
      return no(`${id} is no commit that its copy has`);
  if (head === null && base.head !== null) return no('its copy is on a branch without a commit');
  const isRewritten = await rewrote(copy, head, base);
  if (isRewritten === undefined) return no(`its copy has lost ${base.head}, with which it began`);
  const news =
    head !== null && head !== base.head && (await hasNews(copy, head, base.head === null ? [] : [base.head]));
  if (news === undefined) return no('its copy does not have its whole history');
  const further = await furtherOf({ copy, view: gitDir, commonDir: places.commonDir, base }, history);
  const isThere = base.head !== null && (await isCommit(gitDir, base.head));
  const without = isThere ? [base.head as string] : [];
  const wanted = await notIn(copy, without, [...(news ? [head as string] : []), ...further.map(({ id }) => id)]);
  const fault = wanted.length === 0 ? undefined : await carry(scratch, copy, gitDir, wanted, without);
  if (fault) return no(fault);
  return { gitDir, head, hasNews: news, isRewritten, further, underWay: history.underWay };
}

async function rewrote(copy: string, head: string | null, base: GitBase): Promise<boolean | undefined> {
  if (head === null || base.head === null || head === base.head) return false;
  const comesAfter = await isAncestor(copy, base.head, head);
  return comesAfter === undefined ? undefined : !comesAfter;
}

/** Those that are to be sent. What is no commit is sent in any case. */
async function notIn(copy: string, without: readonly string[], ids: readonly string[]): Promise<readonly string[]> {
  const types = await typesOf(copy, ids);
  const wanted: string[] = [];
  for (const id of new Set(ids))
    if (types.get(id) !== 'commit' || (await hasNews(copy, id, without)) !== false) wanted.push(id);
  return wanted;
}

/** Why it could not be. What begins at a commit that the source has lost is sent whole. */
async function carry(
  scratch: Scratch,
  copy: string,
  view: string,
  wanted: readonly string[],
  without: readonly string[],
): Promise<string | undefined> {
  const refs = wanted.map((_, at) => `${scratch.ref}/${at}`);
  for (const [at, id] of wanted.entries()) {
    const file = join(copy, refs[at] as string);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${id}\n`);
  }
  const send = async (known: readonly string[], to: string): Promise<string | undefined> => {
    const file = join(scratch.path, `bundle-${known.length}`);
    const made = await makeBundle(copy, file, refs, known);
    if (made.code !== 0) return made.said;
    const put = await receive({ gitDir: to }, file, true);
    if (put.code !== 0) return put.said;
    const whole = await isWhole(to, wanted, known);
    return whole.code === 0 ? undefined : whole.said;
  };
  const thin = without.length === 0 ? undefined : await send(without, view);
  if (without.length > 0 && thin === undefined) return undefined;
  const whole = await send([], view);
  return whole === undefined ? undefined : (thin ?? whole);
}
