/** Folders that are to make room for something else, and what lies in them that no merge knows of: nobody looked at it, since it is ignored or excluded. */
import { closeSync, readdirSync } from 'node:fs';
import type { BytePath, Change } from '../../ir/workspace.ts';
import { pathOfBytes } from './byte-path.ts';
import { type Descent, openFolder, type Place } from './descent.ts';
import { statOf } from './look.ts';

/** A folder that cannot be in the place of what is to come. */
export const makesRoom = ({ was, becomes }: Change): boolean =>
  was?.kind === 'folder' && becomes !== undefined && becomes.kind !== 'folder';

/** By folder, the first thing in it that stays. O(what lies in those folders). */
export function heldFolders(to: Descent, changes: readonly Change[]): ReadonlyMap<BytePath, BytePath> {
  const going = changes.filter(makesRoom);
  const held = new Map<BytePath, BytePath>();
  if (going.length === 0) return held;
  const known = new Set(changes.map(({ path }) => path));
  for (const { path } of going) {
    const stays = firstUnknown(to, path, known);
    if (stays !== undefined) held.set(path, stays);
  }
  return held;
}

/** Not by recursion: folders lie in folders as deep as somebody liked. */
function firstUnknown(to: Descent, root: BytePath, known: ReadonlySet<BytePath>): BytePath | undefined {
  const left = [root];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const place = to.at(next);
    if (place === undefined || !statOf(place)?.isDirectory()) continue;
    const below = namesIn(place)
      .map((name) => `${next}/${name}`)
      .sort();
    const unknown = below.find((path) => !known.has(path));
    if (unknown !== undefined) return unknown;
    left.push(...below.reverse());
  }
  return undefined;
}

function namesIn(folder: Place): readonly string[] {
  const fd = openFolder(folder);
  try {
    return readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).map(pathOfBytes);
  } finally {
    closeSync(fd);
  }
}
