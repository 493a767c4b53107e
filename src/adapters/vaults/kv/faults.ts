/** What can go wrong, in words of headgate: statuses and forms decide, never the text of the server. */
import type { VaultFault, VaultFaultCode } from '../../../ports/vault.ts';

export const faultOf = (code: VaultFaultCode, detail: string, message: string, remedy: string): VaultFault => ({
  code,
  detail,
  message,
  remedy,
});

/** Why there is no answer that can be read. */
export type NoAnswer =
  | 'cancelled'
  | 'connection_cut'
  | 'not_json'
  | 'redirected'
  | 'request_timeout'
  | 'tls_refused'
  | 'too_large'
  | 'unreachable';

export function noAnswer(why: NoAnswer, origin: string): VaultFault {
  const unavailable = (message: string, remedy: string) => faultOf('provider_unavailable', why, message, remedy);
  const wrong = (message: string, remedy: string) => faultOf('provider_error', why, message, remedy);
  switch (why) {
    case 'cancelled':
      return unavailable('the request was cancelled', 'ask again');
    case 'connection_cut':
      return unavailable(`the connection to ${origin} was closed before the whole answer had come`, 'try again');
    case 'request_timeout':
      return unavailable(`${origin} did not answer in time`, 'see whether the server runs, and try again');
    case 'unreachable':
      return unavailable(
        `nothing answers at ${origin}`,
        'see whether the server runs, and whether the address is right',
      );
    case 'tls_refused':
      return unavailable(
        `the certificate of ${origin} is not one that this machine trusts`,
        'give the certificate of your authority with NODE_EXTRA_CA_CERTS',
      );
    case 'redirected':
      return unavailable(
        `${origin} redirects, which is not followed: a token goes to no other address`,
        'name the address of the active server, or one that forwards to it',
      );
    case 'too_large':
      return wrong(`the answer of ${origin} is too large`, 'see whether the address is that of the server');
    case 'not_json':
      return wrong(`the answer of ${origin} is not what such a server answers`, 'see whether the address is right');
  }
}

export const sealed = (origin: string): VaultFault =>
  faultOf(
    'provider_unavailable',
    'sealed',
    `the server at ${origin} is sealed`,
    'have its operators unseal it (`bao operator unseal`, `vault operator unseal`)',
  );

export const uninitialised = (origin: string): VaultFault =>
  faultOf(
    'provider_unavailable',
    'uninitialised',
    `the server at ${origin} has not been initialised`,
    'have its operators initialise and unseal it',
  );

/** Of an answer with a status that says it all; undefined where what was asked must be known to tell. */
export function statusFault(status: number, origin: string): VaultFault | undefined {
  if (status === 401 || status === 403)
    return faultOf(
      'access_denied',
      'permission_denied',
      `the server at ${origin} denies this`,
      'grant the token or the role what docs/secrets.md lists; or give a token that has not ended or been revoked',
    );
  if (status === 429)
    return faultOf('throttled', 'too_many_requests', `the server at ${origin} is asked too often`, 'try again later');
  if (status >= 500)
    return faultOf(
      'provider_unavailable',
      'server_error',
      `the server at ${origin} failed (status ${status})`,
      'see its log, and try again',
    );
  if ([200, 204, 400, 404].includes(status)) return undefined;
  if (status === 413) return refusedRequest(origin);
  return faultOf(
    'provider_error',
    'unexpected_status',
    `the server at ${origin} answered with status ${status}`,
    'see whether the address and the mount are right',
  );
}

export const unexpectedForm = (origin: string): VaultFault => noAnswer('not_json', origin);

/** What an answer of 400 comes to where it is not a lost race. */
export const refusedRequest = (origin: string): VaultFault =>
  faultOf(
    'invalid_request',
    'request_refused',
    `the server at ${origin} refuses the request as it is`,
    'see whether the mount is a KV engine of version 2, and whether the value is not too large for it',
  );

/** The server has no engine there, which it tells otherwise than a secret that is not there. */
export const mountMissing = (mount: string): VaultFault =>
  faultOf(
    'not_found',
    'mount_missing',
    `the server has nothing mounted at \`${mount}\``,
    'write in the settings where the KV engine is mounted',
  );

export const notManaged = (key: string): VaultFault =>
  faultOf(
    'conflict',
    'not_managed',
    `\`${key}\` is a secret that headgate did not make, and is never changed by it`,
    'change it with the tools of the server, or use another key',
  );

export const changedMeanwhile = (key: string): VaultFault =>
  faultOf(
    'conflict',
    'changed_meanwhile',
    `somebody else has changed \`${key}\` meanwhile`,
    'see what is there now, and try again',
  );

export const missingSecret = (key: string): VaultFault =>
  faultOf('not_found', 'no_such_secret', `there is no secret \`${key}\``, 'see whether the key is right');
