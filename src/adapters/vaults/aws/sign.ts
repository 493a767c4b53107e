/** Signature Version 4. What signs the public vectors signs every request. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';

export interface SigningKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface SigningScope {
  readonly region: string;
  readonly service: string;
  /** Paths are normalised and encoded once more, as every service but S3 wants it. */
  readonly normalisePath?: boolean;
  /** The digest of the body becomes a header. */
  readonly bodyHeader?: boolean;
}

export interface Unsigned {
  readonly method: string;
  /** Begins with `/`; has no query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  /** With `host`; names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The headers with those that make the signature. */
export type Signer = (
  request: Unsigned,
  keys: SigningKeys,
  /** Milliseconds since 1970. */
  now: number,
) => Promise<Readonly<Record<string, string>>>;

type Bytes = string | ArrayBuffer | ArrayBufferView;
const bytesOf = (data: Bytes): string | Uint8Array =>
  typeof data === 'string'
    ? data
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data);

/** Keyed where there is a key. */
class Sha256 {
  readonly #hash: Hash | Hmac;
  constructor(key?: Bytes) {
    this.#hash = key === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(key));
  }
  update(data: Bytes): void {
    this.#hash.update(bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {}
}

export function createSigner({ region, service, normalisePath = true, bodyHeader = false }: SigningScope): Signer {
  let last: { readonly keys: SigningKeys; readonly signer: SignatureV4 } | undefined;
  const signerFor = (keys: SigningKeys): SignatureV4 => {
    if (last?.keys !== keys)
      last = {
        keys,
        signer: new SignatureV4({
          credentials: { ...keys },
          region,
          service,
          sha256: Sha256,
          uriEscapePath: normalisePath,
          applyChecksum: bodyHeader,
        }),
      };
    return last.signer;
  };
  return async (request, keys, now) => {
    const { headers } = await signerFor(keys).sign(
      {
        method: request.method,
        protocol: 'https:',
        hostname: request.headers['host'] ?? '',
        path: request.path,
        query: { ...request.query },
        headers: { ...request.headers },
        body: request.body,
      },
      { signingDate: new Date(now) },
    );
    return headers;
  };
}
