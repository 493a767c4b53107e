/**
 * The repository of a copy, which a task has filled as it liked. Its settings, hooks, alternates and whatever else could name a program
 * or a file of the host are not looked at: its refs are read by us, and its objects stand in a repository of ours as further names of the same files.
 */
import {
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import { namesIn, openFolder, pathBelow, withFolder } from './held-folder.ts';
import { allRefs, type Head, readHead } from './refs.ts';
import { stashesIn } from './stash.ts';
import { type Parked, parkedBelow, type Unfinished, underWayBelow, worktreesBelow } from './unfinished.ts';

export interface CopyHistory extends Head {
  /** All but the stash. */
  readonly refs: ReadonlyMap<string, string>;
  /** What was put away, the newest first. */
  readonly stashes: readonly string[];
  /** What it was left in the middle of. */
  readonly underWay: Unfinished | null;
  /** Parked edits, and HEADs of further working trees: what no ref leads to. */
  readonly parked: readonly Parked[];
}

/** Each is going to be a ref of the source. */
const most = 1_000;

/**
 * Undefined where its `.git` is no repository any more. `tooMuch`: why not all of it can be taken. `repository` is made already, and is
 * given its objects.
 */
export function readCopy(copyRoot: string, repository: string): CopyHistory | { readonly tooMuch: string } | undefined {
  const top = openFolder(copyRoot);
  if (top === undefined) return undefined;
  try {
    return withFolder(top, '.git', (gitDir) => {
      const head = readHead(gitDir, gitDir);
      if (head === undefined) return undefined;
      const refs = allRefs(gitDir, most);
      if (typeof refs === 'string') return { tooMuch: refs };
      const stashes = stashesIn(gitDir, most);
      if (stashes === undefined) return { tooMuch: `its stash has more than ${most} entries` };
      const further = worktreesBelow(gitDir, most);
      if (further === undefined) return { tooMuch: `it has more than ${most} linked working trees` };
      withFolder(gitDir, 'objects', (objects) => takeObjects(objects, join(repository, 'objects')));
      return {
        ...head,
        refs: new Map([...refs].filter(([name]) => name !== 'refs/stash')),
        stashes,
        underWay: underWayBelow(gitDir),
        parked: [...parkedBelow(gitDir), ...further],
      };
    });
  } finally {
    closeSync(top);
  }
}

function takeObjects(objects: number, to: string): void {
  for (const folder of namesIn(objects)) {
    const isPacks = folder === 'pack';
    if (!isPacks && !/^[0-9a-f]{2}$/.test(folder)) continue;
    withFolder(objects, folder, (inner) => {
      const names = namesIn(inner).filter((name) => (isPacks ? packName : looseName).test(name));
      if (names.length > 0) mkdirSync(join(to, folder), { recursive: true });
      for (const name of names) takeFile(inner, name, join(to, folder, name));
    });
  }
}

/** Its lists of what is in it are judged by the ids that everything is given again where it is received. */
const packName = /^pack-[0-9a-f]{40,64}\.(pack|idx)$/;
const looseName = /^[0-9a-f]{38}([0-9a-f]{24})?$/;

/** Another name for the same file, where that can be had. What is no ordinary file is left. */
function takeFile(folder: number, name: string, to: string): void {
  try {
    // A link would be given another name itself, and is not followed.
    linkSync(pathBelow(folder, name), to);
    if (!lstatSync(to).isFile()) rmSync(to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return;
    if (code === undefined || !['EXDEV', 'EPERM', 'EMLINK', 'EOPNOTSUPP'].includes(code)) throw error;
    copyFile(pathBelow(folder, name), to);
  }
}

function copyFile(from: string, to: string): void {
  let fd: number;
  try {
    fd = openSync(from, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch {
    // A link, or gone.
    return;
  }
  try {
    if (fstatSync(fd).isFile()) copyFileSync(`/proc/self/fd/${fd}`, to);
  } finally {
    closeSync(fd);
  }
}
