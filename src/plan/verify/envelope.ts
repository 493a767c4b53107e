/** The statement of a run as it lies in its folder: the envelope, and what is in it, before anything of it is believed. */
import { canonicalJson, isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { FolderReader } from '../../ports/folder-reader.ts';
import { type Envelope, readEnvelope } from '../attest/dsse.ts';
import { payloadType, statementType } from '../attest/statement.ts';
import { fault } from './fault.ts';
import { statementFile } from './folder.ts';
import { jsonIn } from './read.ts';
import { type CoveredFile, runPredicateType, type Signer } from './statement.ts';

export interface FoundStatement {
  readonly envelope: Envelope;
  readonly statement: JsonObject;
  readonly predicate: JsonObject;
  readonly run: string;
  readonly files: readonly CoveredFile[];
  readonly signer: Signer | null;
  readonly journal: { readonly seq: number; readonly head: string };
}

const mostBytes = 64 * 1024 ** 2;

export function readStatement(
  reader: FolderReader,
): { readonly found: FoundStatement } | { readonly refused: Blocked; readonly isMissing: boolean } {
  const bytes = reader.read(statementFile, mostBytes);
  if ('fault' in bytes) return missing(bytes.fault);
  const envelope = readEnvelope(Buffer.from(bytes).toString('latin1'));
  if (typeof envelope === 'string') return corrupt(envelope);
  if (envelope.payloadType !== payloadType)
    return corrupt(`its payload is of type \`${envelope.payloadType}\`, and not \`${payloadType}\``);
  const read = jsonIn(envelope.payload);
  if ('fault' in read) return corrupt(`its payload ${read.fault}`);
  const statement = read.value;
  if (!isObject(statement) || statement['_type'] !== statementType)
    return corrupt(`its payload is not an \`${statementType}\``);
  if (statement['predicateType'] !== runPredicateType)
    return corrupt(`its predicate is \`${String(statement['predicateType'])}\`, and not \`${runPredicateType}\``);
  if (canonicalJson(statement) !== Buffer.from(envelope.payload).toString('utf8'))
    return corrupt('its payload was written in another form');
  const predicate = statement['predicate'];
  if (!isObject(predicate)) return corrupt('it has no predicate');
  const { run, files, signer, journal } = predicate;
  const covered = filesIn(files);
  const signed = signerIn(signer);
  const head = headIn(journal);
  if (typeof run !== 'string' || !covered || signed === undefined || !head)
    return corrupt('its predicate does not say which run, files, journal and signer it is about');
  return { found: { envelope, statement, predicate, run, files: covered, signer: signed, journal: head } };
}

const corrupt = (reason: string): { readonly refused: Blocked; readonly isMissing: false } => ({
  refused: fault('statement_corrupt', statementFile, reason),
  isMissing: false,
});

const missing = (reason: string): { readonly refused: Blocked; readonly isMissing: true } => ({
  refused: fault(
    'statement_missing',
    statementFile,
    `the statement that a run writes at its end ${reason}`,
    'where it ran, `headgate resume RUN` writes it; then copy the folder again',
  ),
  isMissing: true,
});

function filesIn(value: JsonValue | undefined): readonly CoveredFile[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const files: CoveredFile[] = [];
  for (const item of value as readonly JsonValue[]) {
    if (!isObject(item)) return undefined;
    const { name, bytes, sha256 } = item;
    if (typeof name !== 'string' || typeof bytes !== 'number' || typeof sha256 !== 'string') return undefined;
    files.push({ name, bytes, sha256 });
  }
  return files;
}

function signerIn(value: JsonValue | undefined): Signer | null | undefined {
  if (value === null) return null;
  if (!isObject(value)) return undefined;
  const { keyid, publicKey } = value;
  return typeof keyid === 'string' && typeof publicKey === 'string' ? { keyid, publicKey } : undefined;
}

function headIn(value: JsonValue | undefined): FoundStatement['journal'] | undefined {
  if (!isObject(value)) return undefined;
  const { seq, head } = value;
  return typeof seq === 'number' && typeof head === 'string' ? { seq, head } : undefined;
}
