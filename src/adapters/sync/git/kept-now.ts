/** What is kept in a source at this moment, as its refs say: also of an import that came to no good end, and wrote nothing else down. */

import type { KeptCommit } from './forms.ts';
import { keptPrefix } from './keep.ts';
import { folders } from './locate.ts';
import { headOf, refsBelow } from './refs.ts';

export interface KeptNow {
  readonly branch: string | null;
  readonly head: string | null;
  readonly kept: readonly KeptCommit[];
}

const most = 2_000;

/** `branch` is the one that the copy was given. Undefined where nothing is kept, or nobody can tell. */
export function keptNow(root: string, id: string, branch: string | null): KeptNow | undefined {
  const places = folders(root);
  if ('fault' in places) return undefined;
  const refs = refsBelow(places.commonDir, keptPrefix(id), most);
  if (refs.size === 0) return undefined;
  const at = headOf(places.gitDir, places.commonDir) ?? { head: null, branch: null };
  const kept = [...refs].map(([ref, commit]) => ({
    ref,
    commit,
    from: nameIn(ref.slice(keptPrefix(id).length + 1), branch),
  }));
  return { ...at, kept };
}

/** What it was called in the copy, as far as the ref tells: one of a number that it has may be a part of that. */
function nameIn(kept: string, branch: string | null): string {
  const name = kept.replace(/^\d+\//, '');
  const [, what = '', number = '0'] = /^(head|detached|worktree|autostash|stash)(?:-(\d+))?$/.exec(name) ?? [];
  if (what === 'head') return branch ?? 'HEAD';
  if (what === 'stash') return `stash@{${number}}`;
  if (what === 'detached') return 'HEAD';
  if (what === 'worktree') return 'HEAD of a linked working tree';
  if (what === 'autostash') return 'autostash';
  return name.startsWith('refs/') ? name : `refs/${name}`;
}
