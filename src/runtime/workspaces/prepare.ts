/** Makes the copy that components work on: what the source is goes into the store first, and the marker of the copy is written last. */
import { treeBytes } from '../../adapters/sync/tree-file.ts';
import { canonicalJson, type JsonValue } from '../../base/json.ts';
import { copyAction } from '../../ir/action.ts';
import type { Standing } from '../../ports/authority.ts';
import type { CopyMarker, WorkspaceFault } from '../../ports/workspaces.ts';
import type { ActionRecord } from '../journal/fold.ts';
import { recorded } from '../journal/record.ts';
import type { BlobDigest, Store } from '../store/store.ts';
import { type FinalizeContext, noPlace, type RunCopy } from './run-copies.ts';

/** Undefined when it was made. */
export async function prepareCopy(
  run: FinalizeContext,
  copy: RunCopy,
  on: Standing,
): Promise<WorkspaceFault | undefined> {
  return recorded(run.record, copyAction('workspace.prepare', copy.id), on, {}, async () => {
    const made = await make(run, copy, on);
    if ('fault' in made) {
      const { code, message, remedy } = made.fault;
      return { value: made.fault, fault: message, data: { workspace: { code, remedy } } };
    }
    return { value: undefined, data: { workspace: toldOf(run.store, made) } };
  });
}

async function make(
  run: FinalizeContext,
  copy: RunCopy,
  on: Standing,
): Promise<CopyMarker | { readonly fault: WorkspaceFault }> {
  const place = run.placeOf(copy);
  if (!place) return { fault: noPlace(copy) };
  const looked = await run.sources(on).look(copy);
  if ('fault' in looked) return looked;
  const { id, source, declared, identity } = copy;
  const baseline = run.store.put(treeBytes(looked.tree));
  return place.prepare({ id, source, kind: declared.kind, tree: looked.tree, baseline, identity }, on);
}

/** What an entry says of a copy that is there. */
function toldOf(store: Store, { baseline, identity, git }: CopyMarker): Told {
  return { baseline, identity, ...(git === null ? {} : { git: putGit(store, git) }) };
}

interface Told {
  readonly baseline: BlobDigest;
  readonly identity: string;
  readonly git?: BlobDigest;
}

const putGit = (store: Store, git: JsonValue): BlobDigest => store.put(Buffer.from(`${canonicalJson(git)}\n`));

/**
 * Whether the copy that an earlier process made, or was making, is there: its marker names a baseline that the store has, the very one of
 * the journal where that got so far, and it was made for work that is configured as now.
 */
export async function findCopy(
  run: FinalizeContext,
  copy: RunCopy,
  { state }: Pick<ActionRecord, 'state'>,
): Promise<Told | undefined> {
  const marker = await run.placeOf(copy)?.made(copy.id);
  const known = run.state().copies.get(copy.id);
  if (!marker || marker.identity !== copy.identity || !run.store.get(marker.baseline)) return undefined;
  if (state === 'succeeded' && known?.baseline !== marker.baseline) return undefined;
  return toldOf(run.store, marker);
}
