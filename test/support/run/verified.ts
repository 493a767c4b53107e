/** Verifies folders in memory, and tells what is refused in few words. */
import { generateKeys, readPublicKey, readSigningKey } from '../../../src/adapters/files/ed25519.ts';
import type { JsonObject } from '../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../src/ir/plan-schema.ts';
import { type Envelope, envelopeText, readEnvelope } from '../../../src/plan/attest/dsse.ts';
import { type RunVerification, verifyRun } from '../../../src/plan/verify/verify.ts';
import type { FolderFile } from '../../../src/ports/folder-reader.ts';
import { type Files, type Forged, memoryReader, type Said } from './run-folder.ts';

export const pair = generateKeys();
export const other = generateKeys();
export const signing = (pem: string): NonNullable<Forged['key']> => {
  const key = readSigningKey(pem);
  if (typeof key === 'string') throw new Error(key);
  return key;
};
export const publicKey = (pem: string): Exclude<ReturnType<typeof readPublicKey>, string> => {
  const key = readPublicKey(pem);
  if (typeof key === 'string') throw new Error(key);
  return key;
};
export const key = signing(pair.privatePem);

export interface Asked {
  readonly pem?: string;
  readonly plan?: DeploymentPlan;
  readonly more?: readonly FolderFile[];
}
export const verify = (files: Files, { pem, plan, more = [] }: Asked = {}): RunVerification =>
  verifyRun(memoryReader(files, more), {
    keys: { wanted: pem === undefined ? undefined : publicKey(pem), read: readPublicKey },
    ...(plan ? { plan } : {}),
  });
/** `gate place`, each. */
export const refused = (files: Files, asked: Asked = {}): readonly string[] =>
  verify(files, asked).refused.map(({ gate, subject }) => `${gate} ${subject}`);

export const envelopeIn = (files: Files): Envelope => {
  const envelope = readEnvelope(String(files.get('verdict.dsse.json')));
  if (typeof envelope === 'string') throw new Error(envelope);
  return envelope;
};
export const withEnvelope = (files: Files, change: (envelope: Envelope) => Envelope): Files =>
  files.set('verdict.dsse.json', Buffer.from(envelopeText(change(envelopeIn(files)))));

export const data = (said: readonly Said[], at: number, more: JsonObject): readonly Said[] =>
  said.map((one, index) => (index === at ? { ...one, data: { ...one.data, ...more } } : one));
export const gate = (said: readonly Said[], verdict: JsonObject): readonly Said[] =>
  said.map((one) => (one.type === 'gate' ? { ...one, data: verdict } : one));
