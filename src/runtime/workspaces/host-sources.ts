/** The sources of workspaces as they are: folders of this machine. */
import { existsSync, mkdirSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ioReason } from '../../adapters/files/io-reason.ts';
import { apply, revert } from '../../adapters/sync/apply.ts';
import { keepConflicts } from '../../adapters/sync/conflicts.ts';
import type { GitBase } from '../../adapters/sync/git/forms.ts';
import { importFrom, refreshIndex } from '../../adapters/sync/git/import.ts';
import { moveBack } from '../../adapters/sync/git/move-back.ts';
import { keepRepositories } from '../../adapters/sync/repositories.ts';
import { scanCacheFile } from '../../adapters/sync/scan/cache-file.ts';
import { takeSnapshot } from '../../adapters/sync/snapshot.ts';
import { removeStaged, stage } from '../../adapters/sync/stage.ts';
import { removeStagingOf } from '../../adapters/sync/staging-folder.ts';
import { lockTarget } from '../../adapters/sync/target-lock.ts';
import type { Conflict } from '../../ir/workspace.ts';
import type { WorkspaceFault } from '../../ports/workspaces.ts';
import { copyNameIn, copyPlaces, locksFolder, sparedIn } from './places.ts';
import type { RunCopy, Sources } from './run-copies.ts';

export interface HostSourcesOptions {
  readonly stateDir: string;
  readonly run: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function hostSources({ stateDir, run, env }: HostSourcesOptions): Sources {
  const nameOf = (copy: RunCopy): string => copyNameIn(run, copy.id);
  const movedOf = (copy: RunCopy): string => copyPlaces(stateDir, run, copy.id).moved;
  const isGit = ({ declared }: RunCopy): boolean => declared.kind === 'git_worktree';
  return {
    look: async ({ source, declared }, baseline) => {
      const { kind, exclude = [] } = declared;
      return takeSnapshot({
        root: source,
        kind,
        exclude,
        without: [stateDir],
        cacheFile: scanCacheFile(stateDir, source),
        ...(baseline ? { baseline } : {}),
      });
    },
    lock: async (copy) => {
      try {
        return await lockTarget({
          target: realpathSync(copy.source),
          locks: madeOr(locksFolder(env), join(stateDir, 'locks')),
        });
      } catch (error) {
        return { fault: unlocked(copy, error) };
      }
    },
    stage: async (copy, copyRoot, merge) => {
      const staged = await stage({ copyRoot, target: realpathSync(copy.source), merge, name: nameOf(copy) });
      return 'fault' in staged ? staged : { staging: staged.staged.folder };
    },
    apply: async (copy, folder, merge) => apply({ target: realpathSync(copy.source), staged: { folder }, merge }),
    revert: async (copy, folder, merge, without) =>
      revert({ target: realpathSync(copy.source), staged: { folder }, merge, without }),
    unstage: (_, folder) => {
      if (folder !== '') removeStaged({ folder });
    },
    clear: (copy) => {
      try {
        removeStagingOf(realpathSync(copy.source), nameOf(copy));
      } catch {
        // The source is gone with it, or somebody else's folder is in the way: that is nothing of this copy.
      }
    },
    isStaged: (folder) => folder !== '' && existsSync(folder),
    importHistory: async (copy, copyRoot, git) => {
      const base = JSON.parse(Buffer.from(git).toString('utf8')) as GitBase;
      const found = await importFrom({ copyRoot, root: copy.source, base, id: nameOf(copy), movedFile: movedOf(copy) });
      if ('fault' in found) return found;
      const { history, head, branch, kept } = found.imported;
      return { history: { outcome: history === 'kept' ? 'unchanged' : history, branch, head, kept } };
    },
    revertHistory: async (copy) => (isGit(copy) ? moveBack(copy.source, movedOf(copy)) : {}),
    endHistory: (copy) => rmSync(movedOf(copy), { force: true }),
    settleHistory: async (copy) => {
      if (isGit(copy)) await refreshIndex(copy.source);
    },
    keep: async (copy, copyRoot, conflicts) =>
      keepIn(copyPlaces(stateDir, run, copy.id).conflicts, copyRoot, conflicts),
    keepRepositories: async (copy, copyRoot, tree) => {
      const into = `${copyPlaces(stateDir, run, copy.id).conflicts}%repositories`;
      return keepRepositories({ copyRoot, tree, isGit: isGit(copy), into });
    },
    spare: async (copy, conflicts) =>
      keepIn(sparedIn(copyPlaces(stateDir, run, copy.id).conflicts), realpathSync(copy.source), conflicts),
  };
}

async function keepIn(into: string, copyRoot: string, conflicts: readonly Conflict[]): ReturnType<Sources['keep']> {
  mkdirSync(dirname(into), { recursive: true, mode: 0o700 });
  return keepConflicts({ copyRoot, merge: { conflicts }, into });
}

function madeOr(folder: string | undefined, other: string): string {
  if (folder !== undefined) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    } catch {
      // Runs with another state folder are not kept apart then.
    }
  }
  mkdirSync(other, { recursive: true, mode: 0o700 });
  return other;
}

export function unlocked(copy: Pick<RunCopy, 'source'>, error: unknown): WorkspaceFault {
  const { syscall, code } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  const isGone = code === 'ENOENT' || code === 'ENOTDIR';
  return {
    code: 'workspace_unreadable',
    message: `the source \`${copy.source}\` ${isGone ? 'is not there any more: it was moved or removed since its copy was made' : `cannot be taken: ${ioReason(error as NodeJS.ErrnoException).reason}`}`,
    remedy: isGone
      ? 'put it back where it was; its copy is as it was, and nothing of it is lost'
      : 'see that you may write to it',
  };
}
