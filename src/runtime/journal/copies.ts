/** What became of the copies of workspaces. */
import { type ActionState, copyNamed, isOfCopy } from '../../ir/action.ts';
import type { Entry } from '../../language/journal/entry.ts';

export interface CopyRecord {
  /** It was made, and has not been taken away since. */
  readonly prepared: boolean;
  /** Of the tree that its source was then, in the store. */
  readonly baseline?: string;
  readonly git?: string;
  readonly identity?: string;
  /** `begun`: whoever began it has not said what became of it. */
  readonly finalize: 'pending' | 'begun' | 'succeeded' | 'failed' | 'abandoned';
  /** What lies ready beside the source, and is not known to have been applied to its end. */
  readonly staged?: { readonly merge: string; readonly staging: string };
  /** Of what was merged last, in the store. */
  readonly report?: string;
  /** Why it failed or was given up. */
  readonly code?: string;
  readonly reason?: string;
  readonly remedy?: string;
}

type OfAction = Exclude<Entry, { readonly action: null }>;
type Told = NonNullable<Extract<OfAction, { readonly type: 'outcome' }>['data']['workspace']>;

export interface Copies {
  readonly add: (entry: OfAction) => void;
  /** By id. */
  readonly all: ReadonlyMap<string, CopyRecord>;
}

const unmade: CopyRecord = { prepared: false, finalize: 'pending' };

export function createCopies(): Copies {
  const all = new Map<string, CopyRecord>();
  return {
    all,
    add: (entry) => {
      if (!isOfCopy(entry.action)) return;
      const id = copyNamed(entry.action);
      all.set(id, after(all.get(id) ?? unmade, entry));
    },
  };
}

function after(before: CopyRecord, { type, action, data }: OfAction): CopyRecord {
  const end = type === 'outcome' || type === 'reconciled' ? data : undefined;
  switch (action.type) {
    case 'workspace.prepare':
      return end ? prepared(before, end.state, end.workspace) : before;
    case 'workspace.finalize':
      if (type === 'intent') return { ...before, finalize: 'begun' };
      if (type === 'progress' && data.merge !== undefined && data.staging !== undefined)
        return { ...before, staged: { merge: data.merge, staging: data.staging } };
      return end ? finalized(before, end.state, end.workspace, why(end)) : before;
    case 'workspace.teardown':
      return end?.state === 'succeeded' ? { ...before, prepared: false } : before;
    default:
      return before;
  }
}

/** A copy that is made anew has nothing to do with what became of the one before. */
function prepared(before: CopyRecord, state: ActionState, told: Told | undefined): CopyRecord {
  if (state !== 'succeeded') return before.prepared ? { ...before, prepared: false } : before;
  return {
    prepared: true,
    finalize: 'pending',
    ...(told?.baseline === undefined ? {} : { baseline: told.baseline }),
    ...(told?.git === undefined ? {} : { git: told.git }),
    ...(told?.identity === undefined ? {} : { identity: told.identity }),
  };
}

function finalized(
  { prepared: isThere, baseline, git, identity, staged, report }: CopyRecord,
  state: ActionState,
  told: Told | undefined,
  reason: string | undefined,
): CopyRecord {
  const latest = told?.report ?? report;
  // Who says what was merged had come to the end of it.
  const open =
    told?.report === undefined && told?.abandoned === undefined && state !== 'succeeded' ? staged : undefined;
  const because = told?.abandoned ?? reason;
  return {
    prepared: isThere,
    ...(baseline === undefined ? {} : { baseline }),
    ...(git === undefined ? {} : { git }),
    ...(identity === undefined ? {} : { identity }),
    finalize: told?.abandoned === undefined ? (state === 'succeeded' ? 'succeeded' : 'failed') : 'abandoned',
    ...(open ? { staged: open } : {}),
    ...(latest === undefined ? {} : { report: latest }),
    ...(told?.code === undefined ? {} : { code: told.code }),
    ...(told?.remedy === undefined ? {} : { remedy: told.remedy }),
    ...(because === undefined ? {} : { reason: because }),
  };
}

const why = (end: { readonly fault?: string; readonly exit?: string }): string | undefined => end.fault ?? end.exit;
