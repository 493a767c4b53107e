/** What was found out, bound to what it was found out about: in-toto Statements in the store. */
import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { BlobDigest, Store } from './store.ts';

export interface Evidence {
  /** What was looked at: `env.probe`. */
  readonly probeKind: string;
  /** Null when it could not be assessed, which is not the same as passed. */
  readonly passed: boolean | null;
  readonly outcome: 'completed' | 'timeout' | 'error' | 'unstable' | 'deferred';
  readonly summary: string;
  readonly durationSeconds: number;
  /** RFC 3339. */
  readonly startedAt: string;
  /** What was seen, one by one. */
  readonly details?: JsonObject;
}

export interface Subject {
  readonly name: string;
  readonly digest: BlobDigest;
}

export const evidenceType = 'https://headgate.dev/evidence/v1';

/** Not signed, and says so. */
export function putEvidence(store: Store, subjects: readonly Subject[], evidence: Evidence): BlobDigest {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1',
    subject: subjects.map(({ name, digest }) => ({ name, digest: { sha256: digest.replace(/^sha256:/, '') } })),
    predicateType: evidenceType,
    predicate: { ...evidence, signed: false },
  };
  return putJson(store, statement as unknown as JsonValue);
}

export const putJson = (store: Store, value: JsonValue): BlobDigest =>
  store.put(Buffer.from(`${canonicalJson(value)}\n`));

/** A digest of a plan, which is written in base64 there. */
export const hexDigest = (digest: string): BlobDigest =>
  `sha256:${Buffer.from(digest.replace(/^sha256:/, ''), 'base64').toString('hex')}`;
