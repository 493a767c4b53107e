/** A copy that was lost or emptied looks like one of which everything was deleted: that is never believed. */

import type { Merge, Tree, TreeEntry } from '../../ir/workspace.ts';
import { neverTravels } from '../../ir/workspace-entry.ts';

/** Below that, any part of them may go, as long as one file is left. */
const fewestFiles = 20;

/** Files and links count. What lies elsewhere now, with the same content, is not gone: it was moved. */
export function massDeletion(base: Tree, remote: Tree): Merge['suspicious'] {
  const arrived = new Map<string, number>();
  let left = 0;
  for (const [path, entry] of remote) {
    const content = contentOf(entry);
    if (content === undefined || neverTravels(path)) continue;
    left++;
    const before = base.get(path);
    if (before === undefined || contentOf(before) !== content) arrived.set(content, (arrived.get(content) ?? 0) + 1);
  }
  let files = 0;
  let gone = 0;
  for (const [path, entry] of base) {
    const content = contentOf(entry);
    if (content === undefined || neverTravels(path)) continue;
    files++;
    const now = remote.get(path);
    if (now !== undefined && now.kind !== 'other') continue;
    const elsewhere = arrived.get(content) ?? 0;
    if (elsewhere > 0) arrived.set(content, elsewhere - 1);
    else gone++;
  }
  const isEmptied = left === 0 && files > 0;
  return isEmptied || (files >= fewestFiles && gone * 2 > files) ? { files, gone } : undefined;
}

function contentOf(entry: TreeEntry): string | undefined {
  if (entry.kind === 'file') return entry.hash;
  return entry.kind === 'link' ? `link ${entry.target}` : undefined;
}
