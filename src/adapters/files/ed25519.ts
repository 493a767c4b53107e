/** Keys of attestations: Ed25519, private as PKCS8 and public as SPKI, both in PEM. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';

export interface SigningKey {
  /** Hexadecimal SHA-256 of the SPKI form. */
  readonly keyid: string;
  /** The public half, as `readPublicKey` takes it. */
  readonly publicPem: string;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

export interface PublicKey {
  readonly keyid: string;
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean;
}

const keyidOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex');

/** The key, or why it is none. */
export function readSigningKey(pem: string): SigningKey | string {
  if (!pem.includes('-----BEGIN PRIVATE KEY-----')) {
    if (pem.includes('-----BEGIN PUBLIC KEY-----')) return 'it is a public key, and signing needs the private one';
    return pem.includes('ENCRYPTED') ? 'it is encrypted' : 'it is not a private key in PEM (PKCS8)';
  }
  const key = attempt(() => createPrivateKey(pem));
  if (!key) return 'its PEM cannot be read';
  if (key.asymmetricKeyType !== 'ed25519') return `it is a key for ${key.asymmetricKeyType}, not for Ed25519`;
  const publicKey = createPublicKey(key);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return { keyid: keyidOf(publicKey), publicPem, sign: (message) => sign(null, message, key) };
}

/** A private key is refused: whoever verifies should not have it. */
export function readPublicKey(pem: string): PublicKey | string {
  if (pem.includes('PRIVATE KEY-----')) return 'it is a private key; verifying needs the public one, and no more';
  if (!pem.includes('-----BEGIN PUBLIC KEY-----')) return 'it is not a public key in PEM (SPKI)';
  const key = attempt(() => createPublicKey(pem));
  if (!key) return 'its PEM cannot be read';
  if (key.asymmetricKeyType !== 'ed25519') return `it is a key for ${key.asymmetricKeyType}, not for Ed25519`;
  return { keyid: keyidOf(key), verify: (message, signature) => verify(null, message, key, signature) };
}

export interface KeyPair {
  readonly keyid: string;
  readonly privatePem: string;
  readonly publicPem: string;
}

export function generateKeys(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    keyid: keyidOf(publicKey),
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
