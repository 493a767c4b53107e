/**
 * Commits into the source: objects first, then the branch by compare-and-swap, then the index. What is about to be done is written down
 * before the branch is moved, so that the index follows also where this was killed in between.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWrite } from '../../files/atomic-write.ts';
import type { SyncFault } from '../fault.ts';
import { callGit } from './call.ts';
import { emptyTree } from './describe.ts';
import { gitFailed } from './faults.ts';
import type { GitBase } from './forms.ts';
import type { HeldIndex } from './index-lock.ts';
import type { Places } from './locate.ts';
import { moveIndex } from './move-index.ts';
import { tellMoved } from './moved-file.ts';
import { makePack, receive } from './pack.ts';
import { type Head, headOf } from './refs.ts';
import type { Scratch } from './scratch.ts';
import { stagedIn } from './staged.ts';
import { copyIndex } from './view.ts';

export interface Put {
  readonly places: Places;
  readonly scratch: Scratch;
  /** Has the objects. */
  readonly view: string;
  readonly base: GitBase;
  readonly movedFile?: string | undefined;
}

interface Begun {
  readonly branch: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly staged: GitBase['staged'];
}

type Fault = { readonly fault: SyncFault };
const fileOf = ({ folder }: HeldIndex): string => join(folder, 'import.json');

/** Makes what the commit leads to objects of the source; without a ref they are nobody's until one names them. */
export async function putObjects(
  { places, scratch, view }: Put,
  ids: readonly string[],
  without: string | null,
): Promise<Fault | undefined> {
  const file = join(scratch.path, `objects-${randomUUID()}`);
  const made = await makePack(view, file, ids, without === null ? [] : [without]);
  if (made.code !== 0) return { fault: gitFailed(places.topLevel, 'pack commits for the repository', made.said) };
  const put = await receive({ gitDir: view, objects: places.objects }, file, false);
  return put.code === 0
    ? undefined
    : { fault: gitFailed(places.topLevel, 'write commits into the repository', put.said) };
}

/** `moved`: the branch is no longer at `at`, and nothing was done. */
export async function moveBranch(
  put: Put,
  held: HeldIndex,
  at: Head,
  to: string,
  how: string,
): Promise<Fault | 'done' | 'moved'> {
  const { places, base } = put;
  const begun: Begun = { branch: at.branch, from: at.head, to, staged: base.staged };
  const staged = put.movedFile === undefined ? null : await stagedNow(put, held, begun);
  const index = await movedIndex(put, held, begun);
  if (index && 'fault' in index) return index;
  if (put.movedFile !== undefined) tellMoved(put.movedFile, { ...begun, staged });
  atomicWrite(fileOf(held), `${JSON.stringify(begun)}\n`);
  const ref = at.branch === null ? ['--no-deref', 'HEAD'] : [at.branch];
  const args = ['update-ref', '-m', `headgate: ${how}`, ...ref, to, at.head ?? '0'.repeat(to.length)];
  const end = await callGit({ gitDir: places.gitDir, args });
  const now = headOf(places.gitDir, places.commonDir);
  if (now?.head !== to) {
    rmSync(fileOf(held), { force: true });
    if (now?.head !== at.head || now.branch !== at.branch) return 'moved';
    return { fault: gitFailed(places.topLevel, 'move the branch', end.said) };
  }
  if (index) held.replace(index.file);
  rmSync(fileOf(held), { force: true });
  return 'done';
}

/** The index that belongs to a branch which an import before this one has moved, and then was killed. */
export async function finishBegun(put: Put, held: HeldIndex): Promise<Fault | undefined> {
  const { places } = put;
  const begun = existsSync(fileOf(held)) ? (JSON.parse(readFileSync(fileOf(held), 'utf8')) as Begun) : undefined;
  if (begun === undefined) return undefined;
  const at = headOf(places.gitDir, places.commonDir);
  if (at?.head === begun.to && at.branch === begun.branch) {
    const index = await movedIndex(put, held, begun);
    if (index && 'fault' in index) return index;
    if (index) held.replace(index.file);
  }
  rmSync(fileOf(held), { force: true });
  return undefined;
}

/** Before it is moved; null where nobody can tell. */
async function stagedNow({ places, view }: Put, held: HeldIndex, { from }: Begun): Promise<GitBase['staged']> {
  const index = join(held.folder, 'index');
  rmSync(index, { force: true });
  if (!copyIndex(places.gitDir, index, view)) return null;
  const found = await stagedIn({ gitDir: view, index }, from ?? emptyTree(places));
  return found?.entries ?? null;
}

/** Undefined where there is none that could be moved. */
async function movedIndex(
  { places, view }: Put,
  held: HeldIndex,
  begun: Begun,
): Promise<Fault | { readonly file: string } | undefined> {
  const file = join(held.folder, 'index');
  rmSync(file, { force: true });
  rmSync(`${file}.lock`, { force: true });
  if (!copyIndex(places.gitDir, file, view) && begun.from !== null) return undefined;
  const from = begun.from ?? emptyTree(places);
  const end = await moveIndex({
    workTree: places.topLevel,
    gitDir: view,
    index: file,
    from,
    to: begun.to,
    staged: begun.staged,
  });
  if (end.code === 0) return { file };
  rmSync(file, { force: true });
  return { fault: gitFailed(places.topLevel, 'write the index', end.said) };
}

/** Only what the source has may be left out. */
export async function knownBase({ view, places }: Put, head: string | null): Promise<string | null> {
  if (head === null) return null;
  const end = await callGit({ gitDir: view, objects: places.objects, args: ['cat-file', '-t', head] });
  return end.out.toString('latin1').trim() === 'commit' ? head : null;
}
