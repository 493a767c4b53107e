/** What opens the server, from variables of the environment. */
import type { KvVault } from '../../../ir/plan-vault-schema.ts';
import type { VaultFault } from '../../../ports/vault.ts';
import { faultOf } from './faults.ts';

type Env = Readonly<Record<string, string | undefined>>;

export type Credentials = { readonly token: string } | { readonly roleId: string; readonly secretId: string };

export const variablesOf = ({ auth }: KvVault): readonly string[] =>
  auth.method === 'token' ? [auth.tokenEnv] : [auth.roleIdEnv, auth.secretIdEnv];

export const missingOf = (vault: KvVault, env: Env): readonly string[] =>
  variablesOf(vault).filter((name) => (env[name] ?? '') === '');

export function readCredentials(vault: KvVault, env: Env): Credentials | { readonly fault: VaultFault } {
  const missing = missingOf(vault, env);
  if (missing.length > 0)
    return {
      fault: faultOf(
        'invalid_request',
        'missing_variable',
        `${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not set`,
        'set it in the environment of headgate; never write the value into a file of the project',
      ),
    };
  const odd = variablesOf(vault).filter((name) => !/^[\x21-\x7e]{1,4096}$/.test(env[name] ?? ''));
  if (odd.length > 0)
    return {
      fault: faultOf(
        'invalid_request',
        'malformed_variable',
        `${listed(odd)} ${odd.length === 1 ? 'has' : 'have'} a space, an end of line, or another character that no token has`,
        'set it again, without what stands around the token',
      ),
    };
  const { auth } = vault;
  return auth.method === 'token'
    ? { token: env[auth.tokenEnv] ?? '' }
    : { roleId: env[auth.roleIdEnv] ?? '', secretId: env[auth.secretIdEnv] ?? '' };
}

const listed = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(' and ');
