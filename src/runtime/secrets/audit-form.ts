/** Lines of audit.ndjson, version 1: each holds the hash of the one before it. No line holds a value. */
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { isShallow } from '../../base/json-depth.ts';
import { sha256Hex } from '../../base/sha256.ts';
import type { SecretConsumer } from '../../ports/secrets.ts';

export const auditVersion = 1;

/** `resolve` is an attempt to read a value; the others are changes. */
export const auditActions = [
  'resolve',
  'create',
  'rotate',
  'update',
  'delete',
  'import',
  'clean_up',
  'recover',
  'vault_default',
  'vault_disable',
  'vault_enable',
  'torn_end_cut_off',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** What whoever writes it down knows. */
export interface AuditEvent {
  readonly actor: 'operator' | 'run';
  readonly consumer: SecretConsumer | null;
  /** As the settings call it; null where it is about no vault. */
  readonly vault: string | null;
  readonly key: string | null;
  /** As it was asked for, or as it was made: a number of the registry, or what the provider calls it. */
  readonly version: string | null;
  readonly action: AuditAction;
  readonly outcome: 'success' | 'failure';
  /** Of the fault, with its detail behind a slash. */
  readonly errorCode: string | null;
  /** Id of the operation that made the change, so that it is not told twice. */
  readonly operation?: string;
}

/** As it is written down. */
export interface KeptEvent extends AuditEvent {
  /** Of the vault, whatever the settings call it; null where they declare none of this name. */
  readonly identity: string | null;
}

export interface AuditLine extends KeptEvent {
  readonly format: number;
  /** From 0. */
  readonly seq: number;
  readonly at: string;
  readonly prev: string;
  readonly hash: string;
}

/** What stands in for the line before the first one. */
export const auditRoot: string = sha256Hex('headgate.secrets.audit');

export interface ChainEnd {
  /** Of the line that comes next. */
  readonly seq: number;
  readonly prev: string;
}

export function auditLine(event: KeptEvent, { seq, prev }: ChainEnd, at: string): AuditLine {
  const unhashed = { ...event, format: auditVersion, seq, prev, at };
  return { ...unhashed, hash: hashOf(unhashed as unknown as JsonObject) };
}

const hashOf = (unhashed: JsonObject): string => sha256Hex(String(unhashed['prev']) + canonicalJson(unhashed));

/** What comes behind the text of a line, whether or not the line is what it should be: what is added later is not to depend on it. */
export function endBehind(text: string, linesBefore: () => number): ChainEnd {
  const line = parsed(text);
  if (line && typeof line['hash'] === 'string' && Number.isInteger(line['seq']))
    return { seq: (line['seq'] as number) + 1, prev: line['hash'] };
  return { seq: linesBefore(), prev: sha256Hex(text) };
}

export interface AuditBroken {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

/** Every line up to the first one that does not follow, and what is wrong with that one. */
export function readLines(text: string): { readonly lines: readonly AuditLine[]; readonly broken?: AuditBroken } {
  const lines: AuditLine[] = [];
  let prev = auditRoot;
  // Behind the last end of a line stands what was not written to its end.
  for (const [at, one] of text.split('\n').slice(0, -1).entries()) {
    const found = checked(one, at, prev);
    if (typeof found === 'string') return { lines, broken: { line: at + 1, reason: found } };
    lines.push(found);
    prev = found.hash;
  }
  return { lines };
}

function checked(text: string, seq: number, prev: string): AuditLine | string {
  const line = parsed(text);
  if (!line) return 'this is not an event';
  const { hash, ...unhashed } = line;
  if (line['format'] !== auditVersion)
    return `it has version ${String(line['format'])}, and this headgate reads version 1`;
  if (line['seq'] !== seq) return `this is event ${String(line['seq'])}, and event ${seq} belongs here`;
  if (line['prev'] !== prev) return 'this does not follow the event before it';
  if (hash !== hashOf(unhashed)) return 'its hash does not match its content';
  return line as unknown as AuditLine;
}

function parsed(text: string): JsonObject | undefined {
  if (!isShallow(text)) return undefined;
  try {
    const value = JSON.parse(text) as JsonValue;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
