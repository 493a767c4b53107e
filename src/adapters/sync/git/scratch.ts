/** A folder for one export or import, beside the copy; those of processes that were killed are removed by the next one. */

import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readOwner } from '../../files/lock.ts';
import { isAlive, ownerOf } from '../../files/owner.ts';
import { removeTree } from '../../files/remove-tree.ts';

export interface Scratch {
  readonly path: string;
  /** Of this export or import. */
  readonly uuid: string;
  /** The ref that carries its commits; no other export or import has the same. */
  readonly ref: string;
}

/** One that has not written its owner down after so long was cut off before it could. */
const longEnough = 60_000;

export async function withScratch<T>(copyRoot: string, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const parent = dirname(copyRoot);
  const prefix = `${basename(copyRoot)}.git-`;
  sweep(parent, prefix);
  const uuid = randomUUID();
  const path = join(parent, `${prefix}${uuid}`);
  mkdirSync(path, { mode: 0o700 });
  try {
    writeFileSync(join(path, 'owner.json'), JSON.stringify(ownerOf(process.pid)));
    return await work({ path, uuid, ref: `refs/headgate/import/${uuid}` });
  } finally {
    removeTree(path);
  }
}

function sweep(parent: string, prefix: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(prefix) || !/^[0-9a-f-]{36}$/.test(name.slice(prefix.length))) continue;
    const path = join(parent, name);
    const owner = readOwner(join(path, 'owner.json'));
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (owner ? !isAlive(owner) : age > longEnough) removeTree(path);
  }
}
