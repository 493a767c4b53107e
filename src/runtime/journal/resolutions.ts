/** What somebody has said about conflicts of workspaces; the next finalize does so. */
import type { Action } from '../../ir/action.ts';
import type { Entry } from '../../language/journal/entry.ts';

type Resolved = Extract<
  Extract<Entry, { readonly type: 'progress'; readonly action: null }>['data'],
  { readonly event: 'conflict-resolved' }
>;

/** `path` is as it is shown; `take` the side that counts: what the source has, or what the copy has. */
export type Resolution = Omit<Resolved, 'event'>;

export interface Resolutions {
  readonly resolved: (data: Resolved) => void;
  /** An action begins; one that makes a copy anew forgets what was said about the copy before. Answers what is left. */
  readonly begun: (action: Pick<Action, 'target'> & { readonly type: string }) => readonly Resolution[];
  /** The newest of each path, in the order in which they came. */
  readonly all: () => readonly Resolution[];
}

export function createResolutions(): Resolutions {
  let all: readonly Resolution[] = [];
  return {
    resolved: ({ copy, path, take }) => {
      all = [...all.filter((one) => one.copy !== copy || one.path !== path), { copy, path, take }];
    },
    begun: ({ type, target }) => {
      if (type === 'workspace.prepare' && all.length > 0)
        all = all.filter(({ copy }) => target !== `workspaces.${copy}`);
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
