/** Credentials, kept for a while: nobody signs with a key of its own. */
import type { VaultAnswer } from '../../../../ports/vault.ts';
import type { SigningKeys } from '../sign.ts';
import { fromContainer } from './container.ts';
import { type CredentialPlace, type CredentialSource, type Credentials, credentialFault } from './credentials.ts';
import { fromEnvironment } from './environment.ts';
import { fromSharedFile } from './shared-file.ts';
import { fromWebIdentity } from './web-identity.ts';

export interface CredentialCache {
  readonly get: () => Promise<VaultAnswer<Credentials>>;
  /** Unless others have taken their place. */
  readonly forget: (keys: SigningKeys) => void;
}

/** The first that is set up counts, even if it fails: nobody is to act as somebody else by accident. */
const sources: readonly CredentialSource[] = [fromEnvironment, fromWebIdentity, fromSharedFile, fromContainer];

/** Milliseconds. */
const keptFor = 300_000;
const beforeExpiry = 60_000;

export function createCredentialCache(
  place: CredentialPlace,
  now: () => number,
  from: readonly CredentialSource[] = sources,
): CredentialCache {
  let kept: { readonly credentials: Credentials; readonly until: number } | undefined;
  let loading: Promise<VaultAnswer<Credentials>> | undefined;

  async function load(): Promise<VaultAnswer<Credentials>> {
    const answer = await firstOf(from, place);
    if ('fault' in answer) return answer;
    if (!fitsHeader(answer.value)) return malformed;
    const credentials = answer.value;
    const { expiresAt } = credentials;
    kept = { credentials, until: Math.min(now() + keptFor, (expiresAt ?? Number.POSITIVE_INFINITY) - beforeExpiry) };
    return answer;
  }

  return {
    async get() {
      if (kept && now() < kept.until) return { value: kept.credentials };
      // Whoever comes meanwhile waits for the same ones.
      loading ??= load().finally(() => {
        loading = undefined;
      });
      return loading;
    },
    forget(keys) {
      if (kept?.credentials === keys) kept = undefined;
    },
  };
}

/** Both are sent as they are; the one that is secret is not. */
const fitsHeader = ({ accessKeyId, sessionToken = '' }: Credentials): boolean =>
  /^[^\s/,=]+$/.test(accessKeyId) && /^[\x21-\x7e]*$/.test(accessKeyId + sessionToken);

const malformed = credentialFault(
  'credentials_malformed',
  'the access key or the token of the session has characters that neither has',
  'look for spaces and line breaks where they come from',
);

async function firstOf(from: readonly CredentialSource[], place: CredentialPlace): Promise<VaultAnswer<Credentials>> {
  for (const source of from) {
    const answer = await source(place);
    if (answer !== null) return answer;
  }
  return credentialFault(
    'credentials_missing',
    'there are no credentials for AWS',
    'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE',
  );
}
