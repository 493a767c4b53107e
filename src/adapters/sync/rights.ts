/** The rights of what is written: those of what it takes the place of, and of what this user makes where nothing was. */
import { lchownSync, type Stats } from 'node:fs';
import type { FileEntry } from '../../ir/workspace.ts';
import type { Place } from './descent.ts';

/**
 * Of the copy, only whether its owner may execute it counts; whoever may read it then may execute it too. Nothing beyond rwx: another
 * program in the place of one that changes its user must not do so.
 */
export function modeFor(now: Stats | undefined, { executable }: FileEntry): number {
  const rights = now?.isFile() ? now.mode & 0o777 : 0o666 & ~process.umask();
  return executable ? rights | ((rights & 0o444) >> 2) | 0o100 : rights & ~0o111;
}

/** Root works in folders of others, who are to keep what is theirs; nobody else can give anything away. */
export function giveTo({ uid, gid }: Stats, place: Place): void {
  if (process.geteuid?.() === 0 && (uid !== 0 || gid !== 0)) lchownSync(place, uid, gid);
}
