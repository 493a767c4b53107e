/**
 * The vault file: JSON of a known form, authenticated as a whole. Values are sealed one by one; everything else can be read by
 * whoever can read the file, and be changed by nobody without the key.
 */
export interface ScryptKey {
  readonly kind: 'scrypt';
  /** Base64url. */
  readonly salt: string;
  /** The binary logarithm of N. */
  readonly cost: number;
  readonly blockSize: number;
  readonly parallel: number;
}

export type KeySource = { readonly kind: 'file' } | ScryptKey;

/** All in base64url. */
export interface Sealed {
  readonly iv: string;
  readonly data: string;
  readonly tag: string;
}

export const versionStates = ['current', 'previous', 'pending', 'archived', 'destroyed'] as const;

/**
 *  putPending ─▶ pending ─promote─▶ current ─▶ previous ─▶ archived     (each when another one becomes current)
 *                   └─discard─▶ destroyed      previous, archived ─promote─▶ current
 */
export interface VersionRecord {
  readonly number: number;
  readonly state: (typeof versionStates)[number];
  readonly fingerprint: string;
  readonly createdAt: string;
  /** Null when destroyed. */
  readonly sealed: Sealed | null;
}

export const writeOperations = ['create', 'put_pending', 'promote', 'discard', 'remove'] as const;

/** A write that was asked for, so that the same one asked again is answered the same. */
export interface WriteRecord {
  readonly token: string;
  readonly operation: (typeof writeOperations)[number];
  /** 0 for what is about no version. */
  readonly version: number;
  readonly fingerprint: string | null;
}

export interface SecretRecord {
  readonly key: string;
  /** Told apart from an earlier secret of the same key. */
  readonly id: string;
  readonly createdAt: string;
  /** By number; the last one has the highest that was ever given. */
  readonly versions: readonly VersionRecord[];
  /** Oldest first. */
  readonly writes: readonly WriteRecord[];
}

/** Of a secret that was removed. Its values are gone, and its key is free. */
export interface RemovedRecord {
  /** `KEY__deleted__ID` */
  readonly name: string;
  readonly key: string;
  readonly removedAt: string;
  readonly writes: readonly WriteRecord[];
}

export interface VaultDocument {
  readonly format: 'headgate.vault';
  readonly version: 1;
  /** Random: the settings may call the vault by another name tomorrow. */
  readonly id: string;
  readonly keySource: KeySource;
  /** Tells a wrong key from a file that was changed. */
  readonly keyCheck: string;
  /** Counts the writes. */
  readonly revision: number;
  /** Sorted by key. */
  readonly secrets: readonly SecretRecord[];
  /** Oldest first. */
  readonly removed: readonly RemovedRecord[];
}

/** Bounds of what is kept, oldest out first. */
export const mostVersions = 100;
export const mostWrites = 32;
export const mostRemoved = 1_000;
export const largestValue = 65_536;
export const largestFile = 64 * 1024 * 1024;
