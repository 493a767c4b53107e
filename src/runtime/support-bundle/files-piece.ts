/** What lies in the folder of a run and in the store of evidence: names, sizes and digests, and no bytes of it. */
import { lstatSync } from 'node:fs';
import { createFolderReader } from '../../adapters/files/folder-reader.ts';
import type { JsonObject } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import type { RunState } from '../journal/fold.ts';
import type { Store } from '../store/store.ts';

const mostListed = 2_000;

/** A text says why there is nothing. */
export function folderPiece(folder: string): { readonly value: JsonObject; readonly isCut: boolean } | string {
  const listed = createFolderReader(folder).list();
  if (typeof listed === 'string') return listed;
  const files = listed.slice(0, mostListed).map(({ name, kind, bytes }) => ({ name, kind, bytes }));
  return { value: { count: listed.length, files }, isCut: listed.length > mostListed };
}

/** Every digest that the journal names, and whether the store has something under it. `status` tells whether that is what it was. */
export function evidencePiece(
  state: Pick<RunState, 'blobs' | 'probeBlobs'>,
  store: Store,
): { readonly value: JsonObject; readonly isCut: boolean } {
  const named = new Map<string, string>();
  for (const digest of state.blobs) named.set(digest, 'run');
  for (const [digest, probe] of state.probeBlobs) named.set(digest, `probes.${probe}`);
  const sorted = [...named].sort(([a], [b]) => compareText(a, b));
  const evidence = sorted.slice(0, mostListed).map(([digest, of]) => ({ digest, of, bytes: sizeOf(store, digest) }));
  return { value: { count: sorted.length, evidence }, isCut: sorted.length > mostListed };
}

/** Null where it is not there. */
function sizeOf(store: Store, digest: string): number | null {
  try {
    return lstatSync(store.pathOf(digest), { throwIfNoEntry: false })?.size ?? null;
  } catch {
    return null;
  }
}
