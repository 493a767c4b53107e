/** A folder for one export, import or look. Those of processes that were killed are removed by the next one in the same place. */
import { randomUUID } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { bootId, isAlive, ownerOf } from '../../files/owner.ts';
import { removeTree } from '../../files/remove-tree.ts';

export interface Scratch {
  readonly path: string;
  /** The ref that carries its commits; no other export or import has the same. */
  readonly ref: string;
}

/** For what only looks. */
export const withTemporary = <T>(work: (scratch: Scratch) => Promise<T>): Promise<T> =>
  withScratch(join(tmpdir(), 'headgate'), work);

/** Beside the copy, so that its objects can have further names there. */
export async function withScratch<T>(copyRoot: string, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const parent = dirname(copyRoot);
  const prefix = `${basename(copyRoot)}.git-`;
  sweep(parent, prefix);
  const uuid = randomUUID();
  const path = join(parent, `${prefix}${ownName()}${uuid}`);
  mkdirSync(path, { mode: 0o700 });
  try {
    return await work({ path, ref: `refs/headgate/import/${uuid}` });
  } finally {
    removeTree(path);
  }
}

/** Whose it is stands in its name: there is no moment in which nobody can tell. */
function ownName(): string {
  const owner = ownerOf(process.pid);
  if (owner === undefined) throw new Error('/proc does not show this process');
  return `${owner.pid}-${owner.startTime}-${bootId().slice(0, 8)}-`;
}

function sweep(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    const own = name.startsWith(prefix)
      ? /^(\d+)-(\d+)-([0-9a-f]{8})-[0-9a-f-]{36}$/.exec(name.slice(prefix.length))
      : null;
    if (!own) continue;
    const [, pid = '', startTime = '', boot] = own;
    const isLeft = boot !== bootId().slice(0, 8) || !isAlive({ pid: Number(pid), startTime, bootId: bootId() });
    if (isLeft) removeOwn(join(parent, name));
  }
}

/** In a folder that others use as well, what is theirs stays. Another process of ours may be removing it too. */
function removeOwn(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat?.isDirectory() || stat.uid !== process.getuid?.()) return;
  try {
    removeTree(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
