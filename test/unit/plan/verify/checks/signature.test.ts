import { describe, expect, it } from 'vitest';
import { preAuthentication } from '../../../../../src/plan/attest/dsse.ts';
import { type Files, forgeRun } from '../../../../support/run/run-folder.ts';
import {
  envelopeIn,
  key,
  other,
  pair,
  refused,
  signing,
  verify,
  withEnvelope,
} from '../../../../support/run/verified.ts';

describe('a signature', () => {
  it('holds, with the key that made it and without one', () => {
    expect(refused(forgeRun({ key }), { pem: pair.publicPem })).toEqual([]);
    expect(refused(forgeRun({ key }))).toEqual([]);
    expect(verify(forgeRun({ key })).keyid).toBe(pair.keyid);
  });

  it('of another key is told with both', () => {
    const [refusal] = verify(forgeRun({ key }), { pem: other.publicPem }).refused;
    expect(refusal?.reasons).toEqual([`the key ${pair.keyid} signed it, and not ${other.keyid}`]);
  });

  const at = 'verdict.dsse.json';
  it.each<[string, () => Files, string | undefined, string]>([
    ['of another key', () => forgeRun({ key }), other.publicPem, `signature_invalid ${at}`],
    ['that is not there', () => forgeRun(), pair.publicPem, `signature_missing ${at}`],
    [
      'that was taken off',
      () => withEnvelope(forgeRun({ key }), (one) => ({ ...one, signatures: [] })),
      undefined,
      `signature_missing ${at}`,
    ],
    [
      'twice',
      () => withEnvelope(forgeRun({ key }), (one) => ({ ...one, signatures: [...one.signatures, ...one.signatures] })),
      pair.publicPem,
      `signature_extra ${at}`,
    ],
    [
      'of somebody besides',
      () =>
        withEnvelope(forgeRun({ key }), (one) => {
          const sig = Buffer.from(
            signing(other.privatePem).sign(preAuthentication(one.payloadType, one.payload)),
          ).toString('base64');
          return { ...one, signatures: [{ keyid: other.keyid, sig }, ...one.signatures] };
        }),
      pair.publicPem,
      `signature_extra ${at}`,
    ],
    [
      'under what says that it is not signed',
      () =>
        withEnvelope(forgeRun(), (one) => {
          const sig = Buffer.from(key.sign(preAuthentication(one.payloadType, one.payload))).toString('base64');
          return { ...one, signatures: [{ keyid: key.keyid, sig }] };
        }),
      pair.publicPem,
      `signature_extra ${at}`,
    ],
    [
      'of another statement',
      () => {
        const [signature] = envelopeIn(forgeRun({ key, files: (files) => files.delete('logs/web.log') })).signatures;
        return withEnvelope(forgeRun({ key }), (one) => ({ ...one, signatures: signature ? [signature] : [] }));
      },
      undefined,
      `signature_invalid ${at}`,
    ],
    [
      'with the id of another key',
      () =>
        withEnvelope(forgeRun({ key }), (one) => ({
          ...one,
          signatures: one.signatures.map((signature) => ({ ...signature, keyid: other.keyid })),
        })),
      undefined,
      `signature_invalid ${at}`,
    ],
  ])('%s is refused', (_, made, pem, wanted) => {
    expect(refused(made(), pem === undefined ? {} : { pem })).toEqual([wanted]);
  });
});
