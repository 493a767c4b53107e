/**
 * The last thing that a run writes: its evidence beside its journal, and a statement over everything in its folder. Each step can be
 * done again, so that whoever finds it half done does it from the beginning.
 */
import { linkSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { atomicWrite, syncFolder } from '../../adapters/files/atomic-write.ts';
import type { SigningKey } from '../../adapters/files/ed25519.ts';
import { createFolderReader } from '../../adapters/files/folder-reader.ts';
import { canonicalJson, isObject, type JsonValue } from '../../base/json.ts';
import { envelopeText, preAuthentication, type Signature } from '../../plan/attest/dsse.ts';
import { payloadType } from '../../plan/attest/statement.ts';
import { evidenceFolder, evidencePath, isPassing, statementFile } from '../../plan/verify/folder.ts';
import { blobsIn } from '../../plan/verify/named-blobs.ts';
import { jsonIn, readFolder } from '../../plan/verify/read.ts';
import { type CoveredFile, runStatement } from '../../plan/verify/statement.ts';
import type { RunState } from '../journal/fold.ts';
import type { Store } from '../store/store.ts';

export interface SealOptions {
  readonly id: string;
  readonly folder: string;
  readonly store: Store;
  /** Digests of everything that its journal names. */
  readonly blobs: ReadonlySet<string>;
  readonly key: SigningKey | undefined;
}

/** Of components and of probes. */
export const allBlobs = ({ blobs, probeBlobs }: Pick<RunState, 'blobs' | 'probeBlobs'>): ReadonlySet<string> =>
  new Set([...blobs, ...probeBlobs.keys()]);

/** Id of the key, or null for a statement that is not signed; or why there is none. */
export type Sealed = { readonly keyid: string | null } | { readonly fault: string };

/** The run is over, and whoever calls has its lock. Throws what the system says where it cannot be written. O(bytes of the folder). */
export function seal(options: SealOptions): Sealed {
  const { id, folder, key } = options;
  // What it was held back for has been written down.
  rmSync(join(folder, 'reserve'), { force: true });
  const missing = layEvidence(options);
  if (missing !== undefined) return { fault: `${missing} is no longer in the store` };
  const reader = createFolderReader(folder);
  const files = reader.list();
  if (typeof files === 'string') return { fault: `its folder ${files}` };
  const covered: CoveredFile[] = [];
  for (const { name } of files) {
    if (isPassing(name) || name === statementFile) continue;
    const digest = reader.digest(name);
    if ('fault' in digest) return { fault: `${name} ${digest.fault}` };
    covered.push({ name, ...digest });
  }
  const signer = key ? { keyid: key.keyid, publicKey: key.publicPem } : null;
  const statement = runStatement(readFolder(reader, id, files), covered, signer);
  if (!statement) return { fault: 'its journal, plan or options are not what they were' };
  const payload = Buffer.from(canonicalJson(statement), 'utf8');
  const signatures: Signature[] = key
    ? [{ keyid: key.keyid, sig: Buffer.from(key.sign(preAuthentication(payloadType, payload))).toString('base64') }]
    : [];
  atomicWrite(join(folder, statementFile), envelopeText({ payload, payloadType, signatures }));
  return { keyid: key?.keyid ?? null };
}

/** Puts what the journal names beside it, so that the folder can be taken elsewhere as it is. Answers what cannot be had. */
function layEvidence({ folder, store, blobs }: SealOptions): string | undefined {
  const beside = join(folder, evidenceFolder);
  const named = new Set<string>();
  const queue = [...blobs];
  for (let at = 0; at < queue.length; at++) {
    const digest = queue[at] as string;
    if (named.has(digest)) continue;
    const bytes = store.get(digest);
    if (!bytes) return digest;
    named.add(digest);
    const read = jsonIn(bytes);
    const predicate = 'value' in read && isObject(read.value) ? (read.value['predicate'] as JsonValue) : undefined;
    if (isObject(predicate)) queue.push(...blobsIn(predicate));
  }
  if (named.size === 0) return undefined;
  mkdirSync(beside, { recursive: true, mode: 0o700 });
  const kept = new Set([...named].map((digest) => evidencePath(digest).slice(evidenceFolder.length)));
  // An earlier end of the run may have been cut off here.
  for (const name of readdirSync(beside)) if (!kept.has(name)) rmSync(join(beside, name), { recursive: true });
  for (const digest of named) layOne(store, digest, join(folder, evidencePath(digest)));
  syncFolder(beside);
  syncFolder(folder);
  return undefined;
}

/** One copy of the bytes for both, where the file system can; whatever lay there is replaced. */
function layOne(store: Store, digest: string, to: string): void {
  const temporary = `${to}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  try {
    linkSync(store.pathOf(digest), temporary);
  } catch {
    atomicWrite(to, store.get(digest) ?? '');
    return;
  }
  renameSync(temporary, to);
  // Two names of one file are not renamed over each other.
  rmSync(temporary, { force: true });
}
