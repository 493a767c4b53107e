/** A piece of evidence that is a statement: what was found, and about what. */
import { isObject, type JsonObject, type JsonValue } from '../../base/json.ts';
import { statementType } from '../attest/statement.ts';

export const evidenceType = 'https://headgate.dev/evidence/v1';

export interface EvidenceStatement {
  /** Name → hexadecimal SHA-256. */
  readonly subjects: ReadonlyMap<string, string>;
  readonly predicate: JsonObject;
}

/** The statement; undefined for what is none. */
export function evidenceStatement(value: JsonValue | undefined): EvidenceStatement | undefined {
  if (!isObject(value) || value['_type'] !== statementType || value['predicateType'] !== evidenceType) return undefined;
  const { subject, predicate } = value;
  if (!Array.isArray(subject) || !isObject(predicate)) return undefined;
  const subjects = new Map<string, string>();
  for (const one of subject as readonly JsonValue[]) {
    const digest = isObject(one) && isObject(one['digest']) ? one['digest']['sha256'] : undefined;
    if (!isObject(one) || typeof one['name'] !== 'string' || typeof digest !== 'string') return undefined;
    if (subjects.has(one['name'])) return undefined;
    subjects.set(one['name'], digest);
  }
  const { passed } = predicate;
  return passed === null || typeof passed === 'boolean' ? { subjects, predicate } : undefined;
}
