/** One line of the journal, and what holds the lines together. */
import { createHash } from 'node:crypto';
import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { Owner } from '../state/owner.ts';

/**
 * `intent` stands before an effect and `outcome` after it; `reconciled` is what a later process found out about an intent without
 * outcome. The others tell what happened meanwhile.
 */
export const entryTypes = [
  'start',
  'progress',
  'failure',
  'retry',
  'cancel',
  'complete',
  'intent',
  'outcome',
  'reconciled',
  'gate',
] as const;
export type EntryType = (typeof entryTypes)[number];

export interface EntryContent {
  readonly type: EntryType;
  /** Null for what concerns the whole run. */
  readonly actionId: string | null;
  /** From 1; null without an action. */
  readonly attempt: number | null;
  /** The same for every attempt that must have its effect once. */
  readonly idempotencyKey: string | null;
  readonly data: JsonObject;
}

export interface Entry extends EntryContent {
  /** From 0, without gaps. */
  readonly seq: number;
  /** Hash of the entry before; of the run's id for the first. */
  readonly prev: string;
  readonly hash: string;
  /** RFC 3339, UTC. Only for people: nothing is ordered or decided by it. */
  readonly at: string;
  readonly owner: Owner;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What stands in for the entry before the first one: journals of two runs cannot be mixed. */
export const rootHash = (runId: string): string => sha256(`headgate.run ${runId}`);

/** sha256 over the previous hash and the canonical JSON (RFC 8785) of the entry without `hash`. */
export function hashOf(entry: Omit<Entry, 'hash'>): string {
  return sha256(entry.prev + canonicalJson(entry as unknown as JsonValue));
}
