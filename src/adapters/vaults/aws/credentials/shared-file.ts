/** Profiles of the files that the AWS command line keeps: keys, or a role that a token of a web identity may assume. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { VaultAnswer } from '../../../../ports/vault.ts';
import { type CredentialPlace, type CredentialSource, credentialFault, keysOf, variable } from './credentials.ts';
import { readProfiles } from './profiles.ts';
import { assumeRole } from './web-identity.ts';

/** What other tools understand in a profile, and headgate does not. */
const unsupported = [
  'source_profile',
  'credential_source',
  'credential_process',
  'sso_session',
  'sso_start_url',
  'login_session',
];

export const fromSharedFile: CredentialSource = async (place) => {
  const asked = variable(place, 'AWS_PROFILE');
  const profile = asked ?? 'default';
  const config = await read(place, 'AWS_CONFIG_FILE', 'config');
  if ('fault' in config) return config;
  const credentials = await read(place, 'AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  if ('fault' in credentials) return credentials;
  const inConfig = readProfiles(config.value, 'config').get(profile);
  const inCredentials = readProfiles(credentials.value, 'credentials').get(profile);
  if (!inConfig && !inCredentials) {
    if (asked === undefined) return null;
    return credentialFault(
      'profile_missing',
      'the profile that AWS_PROFILE names is in neither file of the AWS command line',
      'name one of ~/.aws/credentials or ~/.aws/config, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  // Keys of one file are not mixed with those of the other.
  for (const found of [inCredentials, inConfig]) {
    const id = found?.get('aws_access_key_id');
    const secret = found?.get('aws_secret_access_key');
    if (id && secret) return { value: keysOf(id, secret, found?.get('aws_session_token') || undefined, null) };
    if (id || secret)
      return credentialFault(
        'credentials_incomplete',
        `the profile has no ${id ? 'aws_secret_access_key' : 'aws_access_key_id'}`,
        'complete the profile',
      );
  }
  const other = unsupported.find((name) => inConfig?.has(name) || inCredentials?.has(name));
  if (other !== undefined)
    return credentialFault(
      'profile_unsupported',
      `the profile uses \`${other}\`, which headgate does not support`,
      'run `aws configure export-credentials --format env`, and set the variables that it prints',
    );
  const role = inConfig?.get('role_arn');
  const tokenFile = inConfig?.get('web_identity_token_file');
  if (role && tokenFile) return assumeRole(place, { role, tokenFile, session: inConfig?.get('role_session_name') });
  // A profile may have a region and nothing else.
  return null;
};

/** A file that does not exist has no profiles. */
async function read(place: CredentialPlace, name: string, file: string): Promise<VaultAnswer<string>> {
  const named = variable(place, name);
  const path = named?.replace(/^~(?=\/)/, place.home) ?? join(place.home, '.aws', file);
  try {
    return { value: await readFile(path, 'utf8') };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { value: '' };
    return credentialFault(
      'credentials_unreadable',
      named === undefined ? `~/.aws/${file} cannot be read` : `the file that ${name} names cannot be read`,
      'let it be read by whoever runs headgate',
    );
  }
}
