/** What threads of a scan are told, and what they tell. */
import type { Segments } from '../ignore/pattern.ts';

export interface Settings {
  /** Real path, in latin1. */
  readonly root: string;
  readonly dev: number;
  readonly exclude: readonly Segments[];
  /** `.gitignore` counts. */
  readonly isGit: boolean;
  /** Texts of rules for the whole tree, in latin1: those of `.git/info/exclude`. */
  readonly rules: readonly string[];
  /** From the root. */
  readonly mounts: readonly string[];
  readonly hashes: boolean;
  /** No absolute link leads into it, wherever it lies. */
  readonly isCopy: boolean;
  /** Blocks of an earlier scan. */
  readonly cache?: Uint8Array;
  /** When the scan began, in milliseconds of the clock that files are stamped with. */
  readonly began: number;
  readonly seed: number;
  /** Folders whose files stand in the index beside the cache are not looked at: git does so. */
  readonly passesOver: boolean;
  /** Of what the cache knows, how much is looked at nevertheless, and at most how many bytes a thread. */
  readonly share: number;
  readonly sampledBytes: number;
  /** One number: how many threads wait for work. */
  readonly waiting: Int32Array;
}

/** A folder to look at; with `only`, these names of it alone, whatever git ignores. */
export interface Job {
  readonly path: string;
  readonly only?: readonly string[];
  /** Something in it is not as it was: it is not passed over, and what lies in it was looked at already. */
  readonly isTold?: boolean;
}

/** What ends a scan; a link that leaves is told, and the scan goes on. */
export interface Finding {
  readonly code:
    | 'workspace_unreadable'
    | 'workspace_changing'
    | 'workspace_nested_mount'
    | 'workspace_ignore_too_large'
    | 'workspace_too_large'
    | 'workspace_link_leaves'
    /** No fault: what the cache says is not so. */
    | 'cache_lies'
    /** No fault: what was passed over may count otherwise by now. */
    | 'rules_changed';
  readonly path: string;
  /** What the system said, or where the link leads. */
  readonly detail?: string;
}

export type Told =
  /** Blocks, and where those stand in the cache that still are as they were. */
  | { readonly type: 'folders'; readonly bytes: Uint8Array; readonly same: readonly number[] }
  /** Work that another thread may do. */
  | { readonly type: 'share'; readonly jobs: readonly Job[] }
  | { readonly type: 'found'; readonly finding: Finding }
  /** It was to be looked at, and is gone: its parent is to be looked at again. */
  | { readonly type: 'gone'; readonly path: string }
  | { readonly type: 'idle' };
