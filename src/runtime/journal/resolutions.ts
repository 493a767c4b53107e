/** What somebody has said about conflicts of workspaces; the next finalize does so. */
import type { Entry } from '../../language/journal/entry.ts';

type OfAction = Exclude<Entry, { readonly action: null }>;
type Resolved = Extract<
  Extract<Entry, { readonly type: 'progress'; readonly action: null }>['data'],
  { readonly event: 'conflict-resolved' }
>;

/** `path` is as it is shown; `take` the side that counts: what the source has, or what the copy has. */
export type Resolution = Omit<Resolved, 'event'>;

export interface Resolutions {
  readonly resolved: (data: Resolved) => void;
  /**
   * Something is done with a copy. One that is made anew has nothing to do with what was said before; and a side of the copy that a
   * merge has taken is not taken again from whoever changes the source after that. Answers what is left.
   */
  readonly acted: (entry: OfAction) => readonly Resolution[];
  /** The newest of each path, in the order in which they came. */
  readonly all: () => readonly Resolution[];
}

export function createResolutions(): Resolutions {
  let all: readonly Resolution[] = [];
  return {
    resolved: ({ copy, path, take }) => {
      all = [...all.filter((one) => one.copy !== copy || one.path !== path), { copy, path, take }];
    },
    acted: ({ type, action, data }) => {
      const isNew = type === 'intent' && action.type === 'workspace.prepare';
      const isMerged = type === 'outcome' && data.workspace?.report !== undefined;
      if (all.length > 0 && (isNew || isMerged))
        all = all.filter(({ copy, take }) => action.target !== `workspaces.${copy}` || (isMerged && take === 'local'));
      return all;
    },
    all: () => all,
  };
}

/** Whose side counts at each path of a copy. */
export const resolutionsOf = (
  { resolutions }: { readonly resolutions: readonly Resolution[] },
  copy: string,
): ReadonlyMap<string, Resolution['take']> =>
  new Map(resolutions.filter((one) => one.copy === copy).map(({ path, take }) => [path, take]));
