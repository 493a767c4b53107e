/** What a task has put away: git has the newest one as a ref, and all others only in the log of that ref. */
import { fileBelow, sizeBelow } from './held-folder.ts';
import { isCommitId, readRef } from './refs.ts';

const logFile = 'logs/refs/stash';
const mostLog = 16 * 1024 * 1024;

/** Commits, the newest first, as `git stash list` shows them. Undefined where there are more than `most`. */
export function stashesIn(gitDir: number, most: number): readonly string[] | undefined {
  const newest = readRef(gitDir, 'refs/stash');
  if (newest === undefined) return [];
  if ((sizeBelow(gitDir, logFile) ?? 0) > mostLog) return undefined;
  const ids = loggedIn(fileBelow(gitDir, logFile, mostLog)?.toString('latin1') ?? '');
  const all = new Set([newest, ...ids.reverse()]);
  return all.size > most ? undefined : [...all];
}

/** New values of a ref, the oldest first. A line in another form than git's is none, as for git. */
export function loggedIn(text: string): string[] {
  return text.split('\n').flatMap((line) => {
    const [, old, id] = /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]*> \d+ [+-]\d{4}(?:\t|$)/.exec(line) ?? [];
    return old !== undefined && id !== undefined && old.length === id.length && isCommitId(id) ? [id] : [];
  });
}
