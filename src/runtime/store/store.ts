/** Bytes by their content: `store/sha256/ab/cdef…`. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { atomicWrite, syncFolder } from '../../adapters/files/atomic-write.ts';

/** `sha256:` and hex. */
export type BlobDigest = string;

export interface Store {
  /** On the disk when it returns; nothing is written for what is there already. */
  readonly put: (bytes: Uint8Array) => BlobDigest;
  /** Undefined when it is not there or is no longer what it was; both are told apart by `has`. */
  readonly get: (digest: BlobDigest) => Uint8Array | undefined;
  readonly has: (digest: BlobDigest) => boolean;
  /** Where it lies. */
  readonly pathOf: (digest: BlobDigest) => string;
}

const hex = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

export function openStore(folder: string): Store {
  const root = join(folder, 'sha256');
  const pathOf = (digest: BlobDigest): string => {
    const [, name] = /^sha256:([0-9a-f]{64})$/.exec(digest) ?? [];
    if (name === undefined) throw new TypeError(`no digest: ${digest}`);
    return join(root, name.slice(0, 2), name.slice(2));
  };
  const verified = (digest: BlobDigest): Uint8Array | undefined => {
    const path = pathOf(digest);
    if (!existsSync(path)) return undefined;
    const bytes = readFileSync(path);
    return `sha256:${hex(bytes)}` === digest ? bytes : undefined;
  };
  return {
    put: (bytes) => {
      const digest = `sha256:${hex(bytes)}`;
      // What was damaged on the disk is written again.
      if (verified(digest)) return digest;
      const path = pathOf(digest);
      if (!existsSync(dirname(path))) {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        syncFolder(root);
      }
      atomicWrite(path, bytes);
      return digest;
    },
    get: verified,
    has: (digest) => existsSync(pathOf(digest)),
    pathOf,
  };
}
