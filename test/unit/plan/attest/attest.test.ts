import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { generateKeys, readPublicKey, readSigningKey } from '../../../../src/adapters/files/ed25519.ts';
import { digestOf } from '../../../../src/base/digest.ts';
import type { JsonObject } from '../../../../src/base/json.ts';
import type { DeploymentPlan } from '../../../../src/ir/plan-schema.ts';
import { planDifferences } from '../../../../src/plan/attest/differences.ts';
import { envelopeText, parseEnvelope, preAuthentication } from '../../../../src/plan/attest/dsse.ts';
import { payloadType, statementBytes, statementOf } from '../../../../src/plan/attest/statement.ts';
import { type VerifyInput, verifyAttestation } from '../../../../src/plan/attest/verify.ts';
import { interposer, runTwo } from '../../phases/5-govern/verify/two-policies.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

const { result } = await runTwo((scope, use) =>
  scope.bindings.slice(0, 1).map((edge) => interposer(use, [edge.id, 'down'])),
);
const plan = result.compiled?.plan as DeploymentPlan;
const planBytes = bytes(result.compiled?.planText ?? '');

const pair = generateKeys();
function must<T>(found: T | string): T {
  if (typeof found === 'string') throw new Error(found);
  return found;
}
const signer = must(readSigningKey(pair.privatePem));
const key = must(readPublicKey(pair.publicPem));

const statement = statementOf({ plan, fileDigest: digestOf(planBytes), version: '1.2.3' });
function sign(value: JsonObject, type = payloadType): string {
  const payload = statementBytes(value);
  const sig = Buffer.from(signer.sign(preAuthentication(type, payload))).toString('base64');
  return envelopeText({ payload, payloadType: type, signatures: [{ keyid: signer.keyid, sig }] });
}
const text = sign(statement);
/** One more signature, under another name or the same. */
function signedTwice(keyid: string): string {
  const envelope = must(parseEnvelope(text));
  const [first] = envelope.signatures;
  return envelopeText({ ...envelope, signatures: [...envelope.signatures, { keyid, sig: first?.sig ?? '' }] });
}
const verify = (change: Partial<VerifyInput> = {}): string | undefined =>
  verifyAttestation({ text, name: 'a.json', key, planBytes, planName: 'plan.json', readPlan: () => plan, ...change })
    ?.code;

describe('pre-authentication encoding', () => {
  test.each([
    ['http://example.com/HelloWorld', 'hello world', 'DSSEv1 29 http://example.com/HelloWorld 11 hello world'],
    ['', '', 'DSSEv1 0  0 '],
    ['ä', 'ö', 'DSSEv1 2 ä 2 ö'],
    ['a 1', '1 b', 'DSSEv1 3 a 1 3 1 b'],
  ])('of %j and %j', (type, body, encoded) => {
    expect(Buffer.from(preAuthentication(type, bytes(body))).toString('utf8')).toBe(encoded);
  });

  test('keeps bytes that are no text', () => {
    const encoded = preAuthentication('t', new Uint8Array([0, 255, 128]));
    expect([...encoded.slice(-3)]).toEqual([0, 255, 128]);
  });
});

describe('keys', () => {
  test('sign as RFC 8032 has it, section 7.1, test 2', () => {
    const seed = '4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb';
    const der = Buffer.from(`302e020100300506032b657004220420${seed}`, 'hex').toString('base64');
    const known = readSigningKey(`-----BEGIN PRIVATE KEY-----\n${der}\n-----END PRIVATE KEY-----\n`);
    if (typeof known === 'string') throw new Error(known);
    expect(Buffer.from(known.sign(new Uint8Array([0x72]))).toString('hex')).toBe(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
  });

  test('are called by the SHA-256 of the public one', () => {
    expect(pair.keyid).toMatch(/^[0-9a-f]{64}$/);
    expect([signer.keyid, key.keyid]).toEqual([pair.keyid, pair.keyid]);
  });

  test('of another kind, the wrong half, and what is none are refused', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const [pkcs8, spki] = [
      { type: 'pkcs8', format: 'pem' },
      { type: 'spki', format: 'pem' },
    ] as const;
    expect(readSigningKey(rsa.privateKey.export(pkcs8).toString())).toBe('it is a key for rsa, not for Ed25519');
    expect(readPublicKey(rsa.publicKey.export(spki).toString())).toBe('it is a key for rsa, not for Ed25519');
    expect(readSigningKey(pair.publicPem)).toContain('public key');
    expect(readPublicKey(pair.privatePem)).toContain('private key');
    expect(readSigningKey('hello')).toContain('not a private key');
    expect(readPublicKey('hello')).toContain('not a public key');
    expect(readSigningKey('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----')).toContain('cannot be read');
  });
});

describe('statement', () => {
  test('names the plan and everything it was made of', () => {
    const kinds = (statement['predicate'] as { materials: { annotations: { kind: string } }[] }).materials.map(
      (m) => m.annotations.kind,
    );
    expect(kinds).toEqual([
      ...['manifest', 'manifest', 'manifest', 'manifest'],
      ...['policy', 'request', 'answer'],
      ...['policy', 'request', 'answer'],
    ]);
    expect(statement['subject']).toEqual([
      {
        name: 'scenario.plan.json',
        digest: { sha256: Buffer.from(digestOf(planBytes).slice(7), 'base64').toString('hex') },
      },
    ]);
  });
});

describe('verification', () => {
  test('holds', () => {
    expect(verify()).toBeUndefined();
  });

  test('fails for every byte of the attestation that is changed', () => {
    const original = Buffer.from(text, 'latin1');
    const codes = new Set<string | undefined>();
    for (let i = 0; i < original.length; i++) {
      const changed = Buffer.from(original);
      changed[i] = (changed[i] as number) ^ 1;
      codes.add(verify({ text: changed.toString('latin1') }));
    }
    expect([...codes].sort()).toEqual([
      'attest/envelope-malformed',
      'attest/signature-invalid',
      'attest/wrong-payload-type',
    ]);
  });

  test('fails for every byte of the plan that is changed, added or missing', () => {
    for (let i = 0; i < planBytes.length; i += 7) {
      const changed = Buffer.from(planBytes);
      changed[i] = (changed[i] as number) ^ 1;
      expect(verify({ planBytes: changed })).toBe('attest/wrong-subject');
    }
    expect(verify({ planBytes: planBytes.slice(0, -1) })).toBe('attest/wrong-subject');
    expect(verify({ planBytes: Buffer.concat([planBytes, bytes('\n')]) })).toBe('attest/wrong-subject');
  });

  test('fails for another key, and says which signed', () => {
    const other = readPublicKey(generateKeys().publicPem);
    if (typeof other === 'string') throw new Error(other);
    const found = verifyAttestation({
      text,
      name: 'a.json',
      key: other,
      planBytes,
      planName: 'p',
      readPlan: () => plan,
    });
    expect(found?.code).toBe('attest/signature-invalid');
    expect(found?.message).toContain(`but by ${pair.keyid}`);
    // The id of a key is no proof: it is the signature that counts.
    expect(verify({ key: { keyid: key.keyid, verify: other.verify } })).toBe('attest/signature-invalid');
  });

  test.each([
    ['another type', sign(statement, 'application/json'), 'attest/wrong-payload-type'],
    [
      'another statement',
      sign({ ...statement, _type: 'https://in-toto.io/Statement/v0.1' }),
      'attest/statement-unknown',
    ],
    [
      'another predicate',
      sign({ ...statement, predicateType: 'https://slsa.dev/provenance/v1' }),
      'attest/statement-unknown',
    ],
    ['no subject', sign({ ...statement, subject: [] }), 'attest/wrong-subject'],
    [
      'fewer materials',
      sign({ ...statement, predicate: { ...(statement['predicate'] as object), materials: [] } }),
      'attest/wrong-materials',
    ],
    ['a further field', sign({ ...statement, note: 'x' }), 'attest/wrong-materials'],
    ['no statement at all', sign({}), 'attest/statement-unknown'],
    ['nothing', '', 'attest/envelope-malformed'],
    ['a list', '[]\n', 'attest/envelope-malformed'],
    [
      'nobody',
      envelopeText({ payload: statementBytes(statement), payloadType, signatures: [] }),
      'attest/envelope-malformed',
    ],
    ['its signature twice', signedTwice(signer.keyid), 'attest/envelope-malformed'],
    ['a signature of somebody else besides', signedTwice('00'), 'attest/envelope-malformed'],
    ['the same, laid out', JSON.stringify(JSON.parse(text), null, 2), 'attest/envelope-malformed'],
  ])('fails for %s, signed by the right key', (_, changed, code) => {
    expect(verify({ text: changed })).toBe(code);
  });

  test('fails for what is not a plan, signed by the right key', () => {
    expect(verify({ readPlan: () => undefined })).toBe('attest/statement-unknown');
  });

  test('reads what it writes', () => {
    const envelope = parseEnvelope(text);
    if (typeof envelope === 'string') throw new Error(envelope);
    expect(envelopeText(envelope)).toBe(text);
    expect(JSON.parse(Buffer.from(envelope.payload).toString('utf8'))).toEqual(statement);
  });
});

describe('differences of plans', () => {
  test('tell what it was made of first', async () => {
    const other = await runTwo((scope, use) => scope.bindings.map((edge) => interposer(use, [edge.id, 'down'])));
    expect(planDifferences(plan, other.result.compiled?.plan as DeploymentPlan)).toEqual([
      'policy `#a.apply` of scope `/` gave another answer',
      'policy `#b.apply` of scope `/` gave another answer',
      'part `components` differs',
      'part `edges` differs',
      'part `policies` differs',
    ]);
    const [first, ...rest] = plan.sources as [DeploymentPlan['sources'][number], ...DeploymentPlan['sources']];
    expect(planDifferences(plan, { ...plan, sources: [{ ...first, digest: 'sha256:x' }, ...rest.slice(1)] })).toEqual([
      '`client` was changed',
      '`policy` is gone',
    ]);
    expect(planDifferences(plan, plan)).toEqual([]);
  });
});
