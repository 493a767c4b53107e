/** Digests of everything in the store that an entry names. */
import type { Entry } from '../../language/journal/entry.ts';

type OfAction = Exclude<Entry, { readonly action: null }>;

export function blobsIn(entry: OfAction): readonly string[] {
  if (entry.type === 'reconciled') return ofWorkspace(entry.data.workspace);
  if (entry.type !== 'outcome' && entry.type !== 'progress') return [];
  const { sandbox, program, selfCheck } = entry.data;
  const merge = entry.type === 'progress' ? entry.data.merge : undefined;
  const { environment, evidence, blobs = [], workspace } = entry.type === 'outcome' ? entry.data : {};
  const named = [sandbox, program, selfCheck, merge, environment, evidence, ...blobs, ...ofWorkspace(workspace)];
  return named.flatMap((digest) => digest ?? []);
}

type OfWorkspace = Extract<OfAction, { readonly type: 'outcome' }>['data']['workspace'];
const ofWorkspace = (workspace: OfWorkspace): readonly string[] =>
  [workspace?.baseline, workspace?.git, workspace?.report].flatMap((digest) => digest ?? []);
