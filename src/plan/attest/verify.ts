import { digestOf } from '../../base/digest.ts';
import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/attest.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { parseEnvelope, preAuthentication } from './dsse.ts';
import { hexOf, payloadType, predicateType, statementOf, statementType } from './statement.ts';

export interface VerifyKey {
  /** Hexadecimal SHA-256 of the key's SPKI form. */
  readonly keyid: string;
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean;
}

export interface VerifyInput {
  /** Text of the attestation, and its name for people. */
  readonly text: string;
  readonly name: string;
  readonly key: VerifyKey;
  /** The plan as it lies there. */
  readonly planBytes: Uint8Array;
  readonly planName: string;
  /** Reads the plan; called once its bytes are known to be those that were signed. Undefined for what is not a plan. */
  readonly readPlan: () => DeploymentPlan | undefined;
}

/** Why an attestation is worth nothing for this plan; undefined when it holds. Stops at the first: the next would be guesswork. */
export function verifyAttestation(input: VerifyInput): Diagnostic | undefined {
  const { name, key, planBytes, planName: plan } = input;
  const envelope = parseEnvelope(input.text);
  if (typeof envelope === 'string') return D.envelopeMalformed({ file: name, reason: envelope }, {});
  if (envelope.payloadType !== payloadType)
    return D.wrongPayloadType({ file: name, found: envelope.payloadType, wanted: payloadType }, {});
  const mine = envelope.signatures.filter(({ keyid }) => keyid === key.keyid);
  const others = mine.length === 0 ? envelope.signatures.map(({ keyid }) => keyid) : [];
  const signed = preAuthentication(envelope.payloadType, envelope.payload);
  if (!mine.some(({ sig }) => key.verify(signed, Buffer.from(sig, 'base64'))))
    return D.signatureInvalid({ file: name, keyid: key.keyid, others }, {});
  const statement = parseStatement(envelope.payload);
  if (typeof statement === 'string') return D.statementUnknown({ file: name, reason: statement }, {});
  const [found, actual] = [subjectIn(statement), hexOf(digestOf(planBytes))];
  if (found !== actual) return D.wrongSubject({ plan, found, actual }, {});
  const read = input.readPlan();
  if (!read) return D.statementUnknown({ file: name, reason: `\`${plan}\`, which it is about, is not a plan` }, {});
  const wanted = statementOf({ plan: read, fileDigest: digestOf(planBytes), version: versionIn(statement) });
  return canonicalJson(statement) === canonicalJson(wanted) ? undefined : D.wrongMaterials({ file: name, plan }, {});
}

function parseStatement(payload: Uint8Array): JsonObject | string {
  let value: JsonValue;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)) as JsonValue;
  } catch {
    return 'its payload is no JSON';
  }
  if (!isObject(value)) return 'its payload is no JSON object';
  const [type, predicate] = [own(value, '_type'), own(value, 'predicateType')];
  if (type !== statementType) return `its payload is no \`${statementType}\``;
  if (predicate !== predicateType)
    return `its predicate is \`${String(predicate)}\`, and this headgate reads \`${predicateType}\``;
  return value;
}

const part = (value: JsonValue | undefined, key: string): JsonValue | undefined =>
  isObject(value) ? own(value, key) : undefined;

function versionIn(statement: JsonObject): string {
  const found = part(part(part(statement, 'predicate'), 'builder'), 'version');
  return typeof found === 'string' ? found : '';
}

function subjectIn(statement: JsonObject): string {
  const subjects = part(statement, 'subject');
  const first = Array.isArray(subjects) ? (subjects[0] as JsonValue) : undefined;
  const found = part(part(first, 'digest'), 'sha256');
  return typeof found === 'string' ? found : '(none)';
}
