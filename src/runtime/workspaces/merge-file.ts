/** A merge as bytes of the store: what is going to be changed stands there before anything is. */
import { bytePathOf, pathText } from '../../adapters/sync/byte-path.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import type { Change, Conflict, Merge, TreeEntry } from '../../ir/workspace.ts';

type Words = (text: string) => string;

export const mergeBytes = ({ changes, conflicts }: Merge): Uint8Array =>
  Buffer.from(
    `${canonicalJson({
      version: 1,
      changes: changes.map((one) => changeWith(one, pathText)),
      conflicts: conflicts.map((one) => conflictWith(one, pathText)),
    } as unknown as JsonValue)}\n`,
  );

/** Of bytes that the store has verified. */
export function mergeFrom(bytes: Uint8Array): Merge {
  const read = JSON.parse(Buffer.from(bytes).toString('utf8')) as Pick<Merge, 'changes' | 'conflicts'>;
  return {
    changes: read.changes.map((one) => changeWith(one, bytePathOf)),
    conflicts: read.conflicts.map((one) => conflictWith(one, bytePathOf)),
  };
}

const changeWith = ({ path, was, becomes }: Change, words: Words): Change => ({
  path: words(path),
  was: entryWith(was, words),
  becomes: entryWith(becomes, words),
});

const conflictWith = ({ path, base, local, remote, ...rest }: Conflict, words: Words): Conflict => ({
  ...rest,
  path: words(path),
  base: entryWith(base, words),
  local: entryWith(local, words),
  remote: entryWith(remote, words),
});

/** Null stands for nothing in JSON. */
function entryWith(entry: TreeEntry | null | undefined, words: Words): TreeEntry | undefined {
  if (entry === undefined || entry === null) return undefined;
  return entry.kind === 'link' ? { ...entry, target: words(entry.target) } : entry;
}
