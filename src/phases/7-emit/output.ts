/** What every kind of output says of what it writes. */
export interface Output {
  readonly kind: string;
  /** `file`: the one file is written to PATH. `folder`: the files are written below PATH. */
  readonly shape: 'file' | 'folder';
  /** A folder whose files belong together: PATH must be new or empty, so that nothing of another one is taken for a part. */
  readonly fresh?: true;
  /**
   * Of a `folder` that may be written again: the names of what is written there, those of folders with a slash behind. What an earlier
   * output left there under such a name is removed; nothing else ever is.
   */
  readonly holds?: readonly string[];
  /** What the files are for reads them as another user: they hold nothing that the plan does not show everybody. */
  readonly readable?: true;
  /** Of a `file`: it comes with others, which go into the folder that is called like it with this behind. The file is the first. */
  readonly companions?: string;
}

/** Texts in memory, by relative path. */
export type Files = ReadonlyMap<string, string>;
