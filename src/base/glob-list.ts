import { type Glob, matchesGlob } from './glob.ts';

export interface ListedGlob {
  /** Written with `!`: takes away from what stands before it. */
  readonly negative: boolean;
  readonly glob: Glob;
}

/** The last one that matches counts. */
export function matchesList(list: readonly ListedGlob[], path: string): boolean {
  const last = list.findLast(({ glob }) => matchesGlob(glob, path));
  return last !== undefined && !last.negative;
}
