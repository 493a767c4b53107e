/** What an import has done to a branch, for whoever takes it back. */
import { lstatSync, readFileSync } from 'node:fs';
import { atomicWrite } from '../../files/atomic-write.ts';
import type { GitBase } from './forms.ts';

export interface MovedBranch {
  /** `refs/heads/…`; null where HEAD was on none. */
  readonly branch: string | null;
  /** Before the first of the imports that are not ended. */
  readonly from: string | null;
  readonly to: string;
  /** What was staged then, as in `GitBase`. Null where that was too much, or nobody could tell; not there in files of earlier versions. */
  readonly staged?: GitBase['staged'];
}

/** Before it is moved. One that an earlier try has moved is taken back to where it was before that. */
export function tellMoved(file: string, { branch, from, to, staged = null }: MovedBranch): void {
  const before = lstatSync(file, { throwIfNoEntry: false })
    ? (JSON.parse(readFileSync(file, 'utf8')) as MovedBranch)
    : undefined;
  const isSame = before?.branch === branch && before.to === from;
  const first = isSame ? { from: before.from, staged: before.staged ?? null } : { from, staged };
  atomicWrite(file, `${JSON.stringify({ branch, to, ...first })}\n`);
}
