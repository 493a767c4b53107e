/** What requests are signed with, and where it can come from. */
import type { VaultAnswer, VaultFault } from '../../../../ports/vault.ts';
import { faultOf } from '../faults.ts';
import type { Http } from '../http.ts';
import type { Tuning } from '../retry.ts';
import type { SigningKeys } from '../sign.ts';

export interface Credentials extends SigningKeys {
  /** Milliseconds since 1970; null where they do not expire by themselves. */
  readonly expiresAt: number | null;
}

export interface CredentialPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly region: string;
  readonly http: Http;
  readonly tuning: Tuning;
}

/** Null where nothing is set up there, so that the next place is asked. */
export type CredentialSource = (place: CredentialPlace) => Promise<VaultAnswer<Credentials> | null>;

export const credentialFault = (detail: string, message: string, remedy: string): { readonly fault: VaultFault } => ({
  fault: faultOf('access_denied', detail, message, remedy),
});

/** An empty variable is one that is not set. */
export const variable = ({ env }: Pick<CredentialPlace, 'env'>, name: string): string | undefined =>
  env[name] || undefined;

export const keysOf = (
  accessKeyId: string,
  secretAccessKey: string,
  sessionToken: string | undefined,
  expiresAt: number | null,
): Credentials => ({
  accessKeyId,
  secretAccessKey,
  ...(sessionToken === undefined ? {} : { sessionToken }),
  expiresAt,
});
