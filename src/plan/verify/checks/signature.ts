/** Whether the statement is signed as it says, and by the key that was given. */
import type { Blocked } from '../../../ir/blocked.ts';
import { preAuthentication } from '../../attest/dsse.ts';
import type { VerifyKey } from '../../attest/verify.ts';
import type { FoundStatement } from '../envelope.ts';
import { fault } from '../fault.ts';
import { statementFile } from '../folder.ts';

export interface Keys {
  /** That must have signed it. */
  readonly wanted: VerifyKey | undefined;
  /** A public key in PEM; a text says why it is none. */
  readonly read: (pem: string) => VerifyKey | string;
}

const askSigner = 'get the folder and the public key from whoever ran it';

export function checkSignature({ envelope, signer }: FoundStatement, { wanted, read }: Keys): readonly Blocked[] {
  const refuse = (gate: string, reason: string): readonly Blocked[] => [fault(gate, statementFile, reason, askSigner)];
  const { signatures, payload, payloadType } = envelope;
  const [signature, second] = signatures;
  if (second) return refuse('signature_extra', `it has ${signatures.length} signatures, and statements have one`);
  if (signer === null) {
    if (signature) return refuse('signature_extra', 'it says that it is not signed, and has a signature');
    if (!wanted) return [];
    return refuse('signature_missing', `it is not signed, and the key ${wanted.keyid} was to have signed it`);
  }
  if (!signature) return refuse('signature_missing', `it says that ${signer.keyid} signed it, and has no signature`);
  const named = read(signer.publicKey);
  if (typeof named === 'string') return refuse('signature_invalid', `the key that it names cannot be used: ${named}`);
  if (named.keyid !== signer.keyid || signature.keyid !== signer.keyid)
    return refuse('signature_invalid', 'the ids of its key and its signature are not one');
  if (wanted && wanted.keyid !== signer.keyid)
    return refuse('signature_invalid', `the key ${signer.keyid} signed it, and not ${wanted.keyid}`);
  const signed = preAuthentication(payloadType, payload);
  if (!(wanted ?? named).verify(signed, Buffer.from(signature.sig, 'base64')))
    return refuse('signature_invalid', `its signature is not that of the key ${signer.keyid} over what it says`);
  return [];
}
