/** A merge as bytes of the store: what is going to be changed stands there before anything is. */
import { bytePathOf, pathText } from '../../adapters/sync/byte-path.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import type { Change, Conflict, Merge, TreeEntry } from '../../ir/workspace.ts';

type Words = (text: string) => string;
/** Null stands for nothing in JSON. */
type Kept<T, K extends keyof T> = Omit<T, K> & { readonly [N in K]: TreeEntry | null };
type KeptChange = Kept<Change, 'was' | 'becomes'>;
type KeptConflict = Kept<Conflict, 'base' | 'local' | 'remote'>;

export const mergeBytes = ({ changes, conflicts }: Merge): Uint8Array => {
  const entry = (one: TreeEntry | undefined): TreeEntry | null => (one ? entryWith(one, pathText) : null);
  const kept = {
    version: 1,
    changes: changes.map(
      ({ path, was, becomes }): KeptChange => ({
        path: pathText(path),
        was: entry(was),
        becomes: entry(becomes),
      }),
    ),
    conflicts: conflicts.map(
      ({ path, base, local, remote, ...rest }): KeptConflict => ({
        ...rest,
        path: pathText(path),
        base: entry(base),
        local: entry(local),
        remote: entry(remote),
      }),
    ),
  };
  return Buffer.from(`${canonicalJson(kept as unknown as JsonValue)}\n`);
};

/** Of bytes that the store has verified. */
export function mergeFrom(bytes: Uint8Array): Merge {
  const entry = (one: TreeEntry | null): TreeEntry | undefined => (one ? entryWith(one, bytePathOf) : undefined);
  const read = JSON.parse(Buffer.from(bytes).toString('utf8')) as {
    readonly changes: readonly KeptChange[];
    readonly conflicts: readonly KeptConflict[];
  };
  return {
    changes: read.changes.map(({ path, was, becomes }) => ({
      path: bytePathOf(path),
      was: entry(was),
      becomes: entry(becomes),
    })),
    conflicts: read.conflicts.map(({ path, base, local, remote, ...rest }) => ({
      ...rest,
      path: bytePathOf(path),
      base: entry(base),
      local: entry(local),
      remote: entry(remote),
    })),
  };
}

const entryWith = (entry: TreeEntry, words: Words): TreeEntry =>
  entry.kind === 'link' ? { ...entry, target: words(entry.target) } : entry;
