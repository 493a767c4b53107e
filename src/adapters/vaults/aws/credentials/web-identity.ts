/** A role, assumed with the token of a web identity, as Kubernetes and CI services lay it down in a file. */
import { readFile } from 'node:fs/promises';
import type { VaultAnswer } from '../../../../ports/vault.ts';
import { classify, unexpected } from '../faults.ts';
import { endpointOf, safeOrigin } from '../place.ts';
import { repeated } from '../retry.ts';
import {
  type CredentialPlace,
  type CredentialSource,
  type Credentials,
  credentialFault,
  keysOf,
  variable,
} from './credentials.ts';

export interface AssumedRole {
  readonly role: string;
  readonly tokenFile: string;
  readonly session: string | undefined;
}

export const fromWebIdentity: CredentialSource = async (place) => {
  const tokenFile = variable(place, 'AWS_WEB_IDENTITY_TOKEN_FILE');
  if (tokenFile === undefined) return null;
  const role = variable(place, 'AWS_ROLE_ARN');
  if (role === undefined)
    return credentialFault(
      'credentials_incomplete',
      'AWS_WEB_IDENTITY_TOKEN_FILE is set, and AWS_ROLE_ARN is not',
      'set AWS_ROLE_ARN to the role to assume',
    );
  return assumeRole(place, { role, tokenFile, session: variable(place, 'AWS_ROLE_SESSION_NAME') });
};

/** The token is sent in the body: URLs end in logs. */
export async function assumeRole(
  place: CredentialPlace,
  { role, tokenFile, session = 'headgate' }: AssumedRole,
): Promise<VaultAnswer<Credentials>> {
  const token = await readToken(tokenFile.replace(/^~(?=\/)/, place.home));
  if (token === null)
    return credentialFault(
      'token_file_unreadable',
      'the file with the token of the web identity cannot be read, or is empty',
      'check AWS_WEB_IDENTITY_TOKEN_FILE, or `web_identity_token_file` of the profile',
    );
  const named = variable(place, 'AWS_ENDPOINT_URL_STS');
  const origin = named === undefined ? { value: endpointOf('sts', place.region) } : safeOrigin(named);
  if ('fault' in origin)
    return credentialFault(
      origin.fault.detail,
      origin.fault.message.replace('`endpoint`', 'AWS_ENDPOINT_URL_STS'),
      origin.fault.remedy,
    );
  const body = new URLSearchParams({
    Action: 'AssumeRoleWithWebIdentity',
    Version: '2011-06-15',
    RoleArn: role,
    RoleSessionName: session,
    WebIdentityToken: token,
  }).toString();
  const once = async (): Promise<VaultAnswer<Credentials>> => {
    const answer = await place.http.send({
      origin: origin.value,
      path: '/',
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body,
      deadline: place.tuning.deadline,
    });
    return 'fault' in answer ? answer : readAnswer(answer.value.status, answer.value.body);
  };
  return repeated(place.tuning, once);
}

async function readToken(file: string): Promise<string | null> {
  try {
    return (await readFile(file, 'utf8')).trim() || null;
  } catch {
    return null;
  }
}

/** STS answers with XML that has none of what a parser would be for: each element once, and no attributes that count. */
function readAnswer(status: number, xml: string): VaultAnswer<Credentials> {
  if (status !== 200) return { fault: classify(status, element(xml, 'Code')) };
  const id = element(xml, 'AccessKeyId');
  const secret = element(xml, 'SecretAccessKey');
  const token = element(xml, 'SessionToken');
  const expiration = Date.parse(element(xml, 'Expiration') ?? '');
  if (id === null || secret === null || token === null || Number.isNaN(expiration)) return { fault: unexpected };
  return { value: keysOf(id, secret, token, expiration) };
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const element = (xml: string, name: string): string | null =>
  new RegExp(`<${name}>([^<]*)</${name}>`)
    .exec(xml)?.[1]
    ?.trim()
    .replace(/&(lt|gt|amp|quot|apos);/g, (_, entity: string) => entities[entity] as string) ?? null;
