/** What holds the lines of a journal together. */

import { canonicalJson, type JsonObject, type JsonValue } from '../../base/json.ts';
import { sha256Hex as sha256 } from '../../base/sha256.ts';
import type { Action } from '../../ir/action.ts';
import type { Entry } from './entry-schema.ts';

/**
 * `intent` stands before an effect and `outcome` after it; `reconciled` is what a later process found out about an intent without
 * outcome. The others tell what happened meanwhile.
 */
export const entryTypes = [
  'start',
  'progress',
  'usage',
  'failure',
  'retry',
  'cancel',
  'intent',
  'outcome',
  'reconciled',
  'gate',
] as const satisfies readonly EntryType[];

export type EntryType = Entry['type'];
export type { Entry, EntryContent } from './entry-schema.ts';

/** What stands in for the entry before the first one: journals of two runs cannot be mixed. */
export const rootHash = (runId: string): string => sha256(`headgate.run ${runId}`);

/** sha256 over the previous hash and the canonical JSON (RFC 8785) of the line without `hash`, whatever its version. */
export const hashOf = (line: JsonObject & { readonly prev: string }): string =>
  sha256(line.prev + canonicalJson(line as JsonValue));

/** The same for every attempt of an action; a `generation` more each time that it was asked for again. */
export function idempotencyKey(runId: string, { type, target }: Action, generation: number): string {
  const parts = generation === 0 ? [runId, type, target] : [runId, type, target, generation];
  return sha256(JSON.stringify(parts)).slice(0, 32);
}
