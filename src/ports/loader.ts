/** How phase 2 reads the outside world. Adapters: file system, http(s), memory. */
export interface Loaded {
  /** After redirects. */
  readonly url: string;
  readonly bytes: Uint8Array;
  /** Where the name does not tell it. */
  readonly format?: 'yaml' | 'json5';
  /** Files whose text stands in the manifest already, in the place of `{file: …}`. */
  readonly inlined?: readonly InlinedFile[];
}

export interface InlinedFile {
  readonly url: string;
  /** Of its bytes. */
  readonly digest: string;
}

/** Why a load failed, in words for the author. */
export interface LoadFailure {
  readonly kind:
    | 'not-found'
    | 'not-a-file'
    | 'unreadable'
    | 'too-large'
    | 'unsupported-scheme'
    | 'http-status'
    | 'timeout'
    | 'network'
    | 'symlink-loop'
    /** It is not for the scenario, whether or not it is there. */
    | 'outside';
  readonly message: string;
  readonly help?: string;
}

export type LoadResult =
  | { readonly ok: true; readonly value: Loaded }
  | { readonly ok: false; readonly failure: LoadFailure };

export interface Loader {
  /** Never throws for anything the outside world does. At most `maxBytes` are read. */
  load(url: string, limits: { readonly maxBytes: number }): Promise<LoadResult>;
  /** The same of what is read without waiting, as a file is; undefined where `load` is to be asked. Never throws either. */
  loadAtOnce?(url: string, limits: { readonly maxBytes: number }): LoadResult | undefined;
  /**
   * `sha256:` and base64 of the bytes of a file, which is never held in memory as a whole; undefined where none can be read, or it
   * has more than `maxBytes`. Never throws. A loader without it is asked to load.
   */
  digest?(url: string, limits: { readonly maxBytes: number }): Promise<string | undefined>;
}
