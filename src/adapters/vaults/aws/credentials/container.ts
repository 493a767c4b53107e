/** Credentials that the host of a container hands out. */
import { readFile } from 'node:fs/promises';
import { isObject, type JsonValue } from '../../../../base/json.ts';
import type { VaultAnswer } from '../../../../ports/vault.ts';
import { classify, unexpected } from '../faults.ts';
import { isLoopback } from '../place.ts';
import { repeated } from '../retry.ts';
import {
  type CredentialPlace,
  type CredentialSource,
  type Credentials,
  credentialFault,
  keysOf,
  variable,
} from './credentials.ts';

/** Of ECS and of EKS, which answer on the host of the container alone. */
const hostOfEcs = '169.254.170.2';
const hostsOfContainers: ReadonlySet<string> = new Set([hostOfEcs, '169.254.170.23', '[fd00:ec2::23]']);
/** Milliseconds; it is near. */
const deadline = 5_000;

export const fromContainer: CredentialSource = async (place) => {
  const url = endpoint(place);
  if (url === null) return null;
  if ('fault' in url) return url;
  const authorization = await token(place);
  if ('fault' in authorization) return authorization;
  const { origin, pathname, search } = url.value;
  const once = async (): Promise<VaultAnswer<Credentials>> => {
    const answer = await place.http.send({
      origin,
      path: `${pathname}${search}`,
      method: 'GET',
      headers: {
        accept: 'application/json',
        ...(authorization.value === null ? {} : { authorization: authorization.value }),
      },
      deadline,
    });
    return 'fault' in answer ? answer : readAnswer(answer.value.status, answer.value.body);
  };
  return repeated(place.tuning, once);
};

function endpoint(place: CredentialPlace): VaultAnswer<URL> | null {
  const relative = variable(place, 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI');
  if (relative !== undefined) {
    const url = relative.startsWith('/') && URL.canParse(`http://${hostOfEcs}${relative}`);
    return url
      ? { value: new URL(`http://${hostOfEcs}${relative}`) }
      : credentialFault(
          'container_uri_invalid',
          'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI is not a path',
          'set it as the host of the container does',
        );
  }
  const full = variable(place, 'AWS_CONTAINER_CREDENTIALS_FULL_URI');
  if (full === undefined) return null;
  const url = URL.canParse(full) ? new URL(full) : null;
  const isAllowed =
    url !== null &&
    url.username === '' &&
    url.password === '' &&
    (url.protocol === 'https:' ||
      (url.protocol === 'http:' && (isLoopback(url.hostname) || hostsOfContainers.has(url.hostname))));
  if (isAllowed) return { value: url };
  return credentialFault(
    'container_uri_invalid',
    'AWS_CONTAINER_CREDENTIALS_FULL_URI is neither an https URL nor one of this machine or the host of a container',
    'set it as the host of the container does',
  );
}

/** Null where there is none. */
async function token(place: CredentialPlace): Promise<VaultAnswer<string | null>> {
  const file = variable(place, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE');
  let text = variable(place, 'AWS_CONTAINER_AUTHORIZATION_TOKEN') ?? null;
  if (file !== undefined)
    try {
      text = (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
    } catch {
      return credentialFault(
        'token_file_unreadable',
        'the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names cannot be read',
        'let it be read by whoever runs headgate',
      );
    }
  if (text === null || /^[\t\x20-\x7e]*$/.test(text)) return { value: text };
  return credentialFault(
    'token_invalid',
    'the token for the credentials of the container cannot stand in a header',
    'check AWS_CONTAINER_AUTHORIZATION_TOKEN and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
  );
}

function readAnswer(status: number, body: string): VaultAnswer<Credentials> {
  if (status !== 200) return { fault: classify(status, null) };
  let read: JsonValue;
  try {
    read = JSON.parse(body) as JsonValue;
  } catch {
    return { fault: unexpected };
  }
  if (!isObject(read)) return { fault: unexpected };
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = read;
  if (typeof AccessKeyId !== 'string' || typeof SecretAccessKey !== 'string') return { fault: unexpected };
  const expiration = typeof Expiration === 'string' ? Date.parse(Expiration) : null;
  if (Number.isNaN(expiration)) return { fault: unexpected };
  return { value: keysOf(AccessKeyId, SecretAccessKey, typeof Token === 'string' ? Token : undefined, expiration) };
}
