/** The folder of a run as bytes by name: what a verifier is given, wherever they come from. */

export interface FolderFile {
  /** From the folder on, with `/` between its parts. */
  readonly name: string;
  /** What is not a plain file has no content that could be verified. */
  readonly kind: 'file' | 'link' | 'other';
  readonly bytes: number;
}

export interface FolderReader {
  /** The last part of its path: the id of the run, where nobody has renamed it. */
  readonly name: string;
  /** Every entry that is not a folder, sorted by name; a text where the folder cannot be listed. */
  readonly list: () => readonly FolderFile[] | string;
  /** The content; a text where it cannot be read or has more than `most` bytes. No link is followed. */
  readonly read: (name: string, most: number) => Uint8Array | { readonly fault: string };
  /** Hexadecimal SHA-256 and length of a file of any size. */
  readonly digest: (name: string) => { readonly sha256: string; readonly bytes: number } | { readonly fault: string };
}
