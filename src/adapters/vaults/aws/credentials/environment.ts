/** Keys in variables of the environment. */
import { type CredentialSource, credentialFault, keysOf, variable } from './credentials.ts';

export const fromEnvironment: CredentialSource = async (place) => {
  const id = variable(place, 'AWS_ACCESS_KEY_ID');
  const secret = variable(place, 'AWS_SECRET_ACCESS_KEY');
  if (id === undefined && secret === undefined) return null;
  if (id !== undefined && secret !== undefined)
    return { value: keysOf(id, secret, variable(place, 'AWS_SESSION_TOKEN'), null) };
  const missing = id === undefined ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY';
  return credentialFault('credentials_incomplete', `${missing} is not set`, `set ${missing}, or neither of the two`);
};
