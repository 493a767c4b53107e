/** DSSE envelopes, version 1.0.2 of the protocol: what is signed is the payload with its type, never the JSON around it. */
import { canonicalJson, isObject, type JsonValue } from '../../base/json.ts';

export interface Signature {
  readonly keyid: string;
  /** Base64. */
  readonly sig: string;
}

export interface Envelope {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly signatures: readonly Signature[];
}

/** Pre-authentication encoding: lengths stand before the parts, so that no two pairs have the same bytes. */
export function preAuthentication(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = Buffer.from(payloadType, 'utf8');
  const head = Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `, 'utf8');
  return Buffer.concat([head, payload]);
}

/** One canonical text, so that no byte of the file can change unseen. */
export function envelopeText({ payload, payloadType, signatures }: Envelope): string {
  const value = {
    payload: Buffer.from(payload).toString('base64'),
    payloadType,
    signatures: signatures.map(({ keyid, sig }) => ({ keyid, sig })),
  };
  return `${canonicalJson(value)}\n`;
}

/** The envelope of an attestation, which has exactly one signature; or what is wrong with it. */
export function parseEnvelope(text: string): Envelope | string {
  const envelope = readEnvelope(text);
  if (typeof envelope === 'string') return envelope;
  const { length } = envelope.signatures;
  if (length === 0) return 'it is signed by nobody';
  return length > 1 ? 'it has more than one signature, and attestations have one' : envelope;
}

/** With as many signatures as it has, none included. */
export function readEnvelope(text: string): Envelope | string {
  let value: JsonValue;
  try {
    value = JSON.parse(text) as JsonValue;
  } catch {
    return 'it is no JSON';
  }
  if (!isObject(value)) return 'it is no JSON object';
  const { payload, payloadType, signatures, ...rest } = value;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `it has a field \`${unknown}\`, which envelopes do not have`;
  if (typeof payload !== 'string' || typeof payloadType !== 'string' || !Array.isArray(signatures))
    return 'an envelope has `payload`, `payloadType` and `signatures`';
  if (!isBase64(payload)) return '`payload` is not base64';
  const read: Signature[] = [];
  for (const item of signatures as readonly JsonValue[]) {
    const keyid = isObject(item) ? item['keyid'] : undefined;
    const sig = isObject(item) ? item['sig'] : undefined;
    if (typeof keyid !== 'string' || typeof sig !== 'string' || !isBase64(sig))
      return 'a signature has `keyid`, and `sig` in base64';
    read.push({ keyid, sig });
  }
  const envelope = { payload: Buffer.from(payload, 'base64'), payloadType, signatures: read };
  return envelopeText(envelope) === text ? envelope : 'it was written in another form, or changed after it was signed';
}

/** As `Buffer` writes it: several texts decode to the same bytes, and one of them counts. */
const isBase64 = (text: string): boolean => Buffer.from(text, 'base64').toString('base64') === text;
