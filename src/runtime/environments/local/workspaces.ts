/** Copies of workspaces on this machine: folders of the state folder, each with a marker that is written last. */
import { existsSync, mkdirSync, readFileSync, realpathSync, rmdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atomicWrite, syncFolder } from '../../../adapters/files/atomic-write.ts';
import { removeTree } from '../../../adapters/files/remove-tree.ts';
import { copyTree } from '../../../adapters/sync/copy-tree.ts';
import { exportTo } from '../../../adapters/sync/git/export.ts';
import { nestedFault, nestedIn } from '../../../adapters/sync/repositories.ts';
import { takeSnapshot } from '../../../adapters/sync/snapshot.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../../base/json.ts';
import type { CopyMarker, CopyToMake, WorkspaceFault, Workspaces } from '../../../ports/workspaces.ts';
import { makePrivate } from '../../state/run-folder.ts';
import { type CopyPlaces, copyPlaces } from '../../workspaces/places.ts';

export interface LocalWorkspacesOptions {
  readonly stateDir: string;
  readonly run: string;
}

export function createLocalWorkspaces({ stateDir, run }: LocalWorkspacesOptions): Workspaces {
  const placesOf = (id: string): CopyPlaces => copyPlaces(stateDir, run, id);
  return {
    made: async (id) => {
      const { files, marker } = placesOf(id);
      return existsSync(files) ? markerAt(marker) : undefined;
    },
    prepare: async (copy) => {
      try {
        return await make(stateDir, placesOf(copy.id), copy);
      } catch (error) {
        return { fault: unwritable(placesOf(copy.id).folder, error) };
      }
    },
    collect: async ({ id, kind, exclude, baseline }) => {
      const { files } = placesOf(id);
      const taken = await takeSnapshot({ root: files, kind, exclude, baseline, isCopy: true });
      return 'fault' in taken ? taken : { folder: files, tree: taken.tree };
    },
    remove: async (id) => {
      const { folder, marker } = placesOf(id);
      // Without its marker it is no copy any more, whatever is left of it.
      rmSync(marker, { force: true });
      removeTree(folder);
      removeIfEmpty(dirname(folder));
    },
  };
}

/** Of a run: the last of its copies has gone. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another copy is there.
  }
}

async function make(
  stateDir: string,
  { folder, files, marker }: CopyPlaces,
  copy: CopyToMake,
): Promise<CopyMarker | { readonly fault: WorkspaceFault }> {
  const nested = copy.kind === 'git_worktree' ? nestedIn(realpathSync(copy.source), copy.tree) : [];
  if (nested.length > 0) return { fault: nestedFault(copy.source, nested) };
  makePrivate(join(stateDir, 'workspaces'));
  makePrivate(dirname(folder));
  rmSync(marker, { force: true });
  if (existsSync(folder)) removeTree(folder);
  mkdirSync(folder, { mode: 0o700 });
  const copied = await copyTree({ from: copy.source, tree: copy.tree, to: files });
  if ('fault' in copied) return copied;
  const exported = copy.kind === 'git_worktree' ? await exportTo(copy.source, files) : undefined;
  if (exported && 'fault' in exported) return exported;
  const { baseline, identity } = copy;
  const made: CopyMarker = { baseline, identity, git: (exported?.base ?? null) as unknown as JsonObject | null };
  syncFolder(folder);
  atomicWrite(marker, `${canonicalJson(made as unknown as JsonValue)}\n`);
  return made;
}

function markerAt(path: string): CopyMarker | undefined {
  try {
    const read = JSON.parse(readFileSync(path, 'utf8')) as JsonValue;
    if (!isObject(read) || typeof read['baseline'] !== 'string' || typeof read['identity'] !== 'string')
      return undefined;
    return read as unknown as CopyMarker;
  } catch {
    return undefined;
  }
}

function unwritable(folder: string, error: unknown): WorkspaceFault {
  const { code, syscall, message } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  return {
    code: code === 'ENOSPC' || code === 'EDQUOT' ? 'workspace_no_space' : 'workspace_unwritable',
    message: `the copy cannot be made in \`${folder}\`: ${message}`,
    remedy: 'make room there, or keep the state elsewhere with --state-dir',
  };
}
