/** Forms of what is known of the files of a workspace. Nothing here reads or writes. */

/**
 * The path of an entry, from the root of its tree, with `/`. A file name is bytes, and need not be UTF-8: each character stands for one
 * byte (latin1). Never shown and never written as it is; see `pathText`.
 */
export type BytePath = string;

/** Kinds that travel, and `other` for what does not: pipes, sockets, devices. */
export type EntryKind = 'file' | 'folder' | 'link' | 'other';

export interface FileEntry {
  readonly kind: 'file';
  /** Whether its owner may execute it: the one bit of the mode that travels. */
  readonly executable: boolean;
  readonly size: number;
  /** SHA-256, 64 hexadecimal digits. */
  readonly hash: string;
}
export interface LinkEntry {
  readonly kind: 'link';
  /** What it holds, as bytes like a path. */
  readonly target: string;
}
export interface FolderEntry {
  readonly kind: 'folder';
}
export interface OtherEntry {
  readonly kind: 'other';
}
export type TreeEntry = FileEntry | LinkEntry | FolderEntry | OtherEntry;

/** What a tree holds, without its root; `excluded` paths and what lies below them are not looked at. */
export type Tree = ReadonlyMap<BytePath, TreeEntry>;

/** What is to become of one path of the target. `was` is what it is now: undefined for nothing. */
export interface Change {
  readonly path: BytePath;
  readonly was: TreeEntry | undefined;
  /** Undefined: it is removed. */
  readonly becomes: TreeEntry | undefined;
}

export type ConflictKind =
  /** Both sides changed it, each in another way. */
  | 'merge'
  /** Removed in the source, changed in the copy. */
  | 'delete-update'
  /** Changed in the source, removed in the copy. */
  | 'update-delete'
  /** A folder on one side, and something else on the other; or what does not travel on one of them. */
  | 'type';

/** Both sides changed one path since the copy was made. The three sides are undefined where nothing is there. */
export interface Conflict {
  readonly path: BytePath;
  readonly kind: ConflictKind;
  readonly base: TreeEntry | undefined;
  readonly local: TreeEntry | undefined;
  readonly remote: TreeEntry | undefined;
  /** Whose side was taken; `pending` where nobody has said so yet, and the source keeps its own. */
  readonly resolution: 'pending' | 'local' | 'remote';
  /** Of a folder that would have to make room: something in it that is ignored, excluded or new, and so is not removed. */
  readonly held?: BytePath;
}

/** What a finalize is going to do, before it does any of it. */
export interface Merge {
  /** In an order in which they can be done: parents are made before what lies in them, and removed after it; removals come last. */
  readonly changes: readonly Change[];
  readonly conflicts: readonly Conflict[];
  /** Nothing is done: the copy was emptied, or lost more than half of twenty or more files. */
  readonly suspicious?: { readonly files: number; readonly gone: number };
}
