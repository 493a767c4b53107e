/** What was found out, bound to what it was found out about: in-toto Statements in the store. */
import { createHash } from 'node:crypto';
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { BlobDigest, Store } from './store.ts';

export const probeOutcomes = ['completed', 'timeout', 'error', 'unstable', 'deferred', 'cancelled'] as const;
export type ProbeOutcome = (typeof probeOutcomes)[number];

export interface Evidence {
  /** What was looked at: `env.probe`, or the kind of a probe. */
  readonly probeKind: string;
  /** Null when it could not be assessed, which is not the same as passed. */
  readonly passed: boolean | null;
  readonly outcome: ProbeOutcome;
  readonly summary: string;
  readonly durationSeconds: number;
  /** RFC 3339. */
  readonly startedAt: string;
  /** What it left in the store, sorted by name: `stdout`, `screenshot`. */
  readonly blobs?: readonly { readonly name: string; readonly digest: BlobDigest }[];
  /** What was seen, one by one. */
  readonly details?: JsonObject;
}

/** Of a probe of the plan. */
export interface ProbeEvidence extends Evidence {
  /** Its name. */
  readonly probe: string;
  readonly argv?: readonly string[];
  readonly exitCode?: number;
  /** What was seen, for people and programs. */
  readonly details: JsonObject;
  readonly blobs: readonly { readonly name: string; readonly digest: BlobDigest }[];
}

export interface Subject {
  readonly name: string;
  readonly digest: BlobDigest;
}

export const evidenceType = 'https://headgate.dev/evidence/v1';

/** Not signed, and says so. */
export function putEvidence(
  store: Store,
  subjects: readonly Subject[],
  evidence: Evidence | ProbeEvidence,
): BlobDigest {
  const statement = {
    _type: statementType,
    subject: subjects.map(inStatement),
    predicateType: evidenceType,
    predicate: { ...evidence, signed: false },
  };
  return putJson(store, statement as unknown as JsonValue);
}

const statementType = 'https://in-toto.io/Statement/v1';

const inStatement = ({ name, digest }: Subject): JsonObject => ({
  name,
  digest: { sha256: digest.replace(/^sha256:/, '') },
});

/** One name for all of them: two lists have the same one exactly when nothing in them differs. */
export const digestOfSubjects = (subjects: readonly Subject[]): BlobDigest => digestOfList(subjects.map(inStatement));

const digestOfList = (subject: JsonValue): BlobDigest =>
  `sha256:${createHash('sha256').update(canonicalJson(subject)).digest('hex')}`;

export interface ProbeEvidenceRead extends ProbeEvidence {
  /** See `digestOfSubjects`. */
  readonly subjectDigest: BlobDigest;
}

/**
 * Read back and verified, with everything that it names: `gone` and `changed` where it, or a part of it, is not what was put there.
 * O(bytes).
 */
export function readProbeEvidence(store: Store, digest: BlobDigest): ProbeEvidenceRead | 'gone' | 'changed' {
  const bytes = store.get(digest);
  if (!bytes) return store.has(digest) ? 'changed' : 'gone';
  const read = probeEvidenceIn(bytes);
  if (!read) return 'changed';
  for (const { digest: part } of read.blobs) if (!store.get(part)) return store.has(part) ? 'changed' : 'gone';
  return read;
}

/** Undefined for what nobody here has put there. */
function probeEvidenceIn(bytes: Uint8Array): ProbeEvidenceRead | undefined {
  let statement: JsonValue;
  try {
    statement = JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue;
  } catch {
    return undefined;
  }
  if (!isObject(statement) || statement['_type'] !== statementType || statement['predicateType'] !== evidenceType)
    return undefined;
  const { predicate, subject } = statement;
  if (!isObject(predicate) || !Array.isArray(subject) || typeof predicate['probe'] !== 'string') return undefined;
  const { passed, outcome } = predicate;
  const isKnown = probeOutcomes.some((one) => one === outcome) && (passed === null || typeof passed === 'boolean');
  if (!isKnown || !Array.isArray(predicate['blobs'])) return undefined;
  const { signed: _, ...evidence } = predicate;
  return { ...(evidence as unknown as ProbeEvidence), subjectDigest: digestOfList(subject) };
}

export const putJson = (store: Store, value: JsonValue): BlobDigest =>
  store.put(Buffer.from(`${canonicalJson(value)}\n`));

/** A digest of a plan, which is written in base64 there. */
export const hexDigest = (digest: string): BlobDigest =>
  `sha256:${Buffer.from(digest.replace(/^sha256:/, ''), 'base64').toString('hex')}`;
