/** What an index holds besides what a commit does. */
import type { BytePath } from '../../../ir/workspace.ts';
import { pathText } from '../byte-path.ts';
import { callGit } from './call.ts';
import type { GitBase } from './forms.ts';

export interface Staged {
  readonly entries: GitBase['staged'];
  /** Of files that differ from the commit, and of all sides of a conflict. */
  readonly blobs: readonly string[];
  readonly removed: number;
}

/** One path in which two trees, or a tree and an index, differ. The mode `000000` is that of nothing. */
export interface Difference {
  readonly path: BytePath;
  readonly oldMode: string;
  readonly oldId: string;
  readonly newMode: string;
  readonly newId: string;
  readonly status: string;
}

export const nothing = '000000';
/** More than this is not written into a journal. */
const mostEntries = 1_000;

export function differencesIn(raw: Buffer): readonly Difference[] {
  const parts = raw.toString('latin1').split('\0');
  const found: Difference[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [oldMode = '', newMode = '', oldId = '', newId = '', status = ''] = (parts[at] as string).slice(1).split(' ');
    found.push({ path: parts[at + 1] as string, oldMode, newMode, oldId, newId, status });
  }
  return found;
}

/** Undefined where the index cannot be read. */
export async function stagedIn(
  view: { readonly gitDir: string; readonly index: string },
  against: string,
): Promise<Staged | undefined> {
  const args = ['diff-index', '--cached', '--raw', '-z', '--no-renames', '--ignore-submodules=none', against, '--'];
  const listed = await callGit({ ...view, args });
  const sides = await callGit({ ...view, args: ['ls-files', '-u', '-z'] });
  if (listed.code !== 0 || sides.code !== 0) return undefined;
  const all = differencesIn(listed.out).filter(({ status }) => status !== 'U');
  const unmerged = sides.out
    .toString('latin1')
    .split('\0')
    .flatMap((entry) => /^(?:100\d{3}|120000) ([0-9a-f]+) /.exec(entry)?.[1] ?? []);
  const files = all.filter(({ newMode }) => newMode !== nothing && newMode !== '160000').map(({ newId }) => newId);
  return {
    entries:
      all.length > mostEntries
        ? null
        : Object.fromEntries(
            all.map(({ path, newMode, newId }) => [pathText(path), newMode === nothing ? '' : `${newMode} ${newId}`]),
          ),
    blobs: [...new Set([...files, ...unmerged])],
    removed: all.length - files.length,
  };
}
