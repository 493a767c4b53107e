/**
 * The token that requests carry. One that was given is used as it is. One of a login is kept for all requests, renewed when two thirds
 * of its time are over, and had anew by another login where that is not possible.
 */
import type { KvVault } from '../../../ir/plan-vault-schema.ts';
import type { VaultFault } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';
import { readCredentials } from './credentials.ts';
import { faultOf, noAnswer, statusFault, unexpectedForm } from './faults.ts';
import { below, flagIn, numberIn, textIn } from './form.ts';
import { type Pace, within } from './pace.ts';
import { stateFault } from './state.ts';
import type { Answered, Transport } from './transport.ts';

export type TokenAnswer = { readonly token: string } | { readonly fault: VaultFault };

export interface Session {
  readonly token: () => Promise<TokenAnswer>;
  /** After a server has denied something to it: whether the token itself has ended, and another may be had. */
  readonly hasEnded: (token: string, signal: AbortSignal) => Promise<boolean>;
}

interface Lease {
  readonly token: string;
  readonly since: number;
  /** Milliseconds; Infinity for one that does not end. */
  readonly length: number;
  readonly renewable: boolean;
  /** From when on another is looked for. */
  readonly quietUntil: number;
}

export function createSession(vault: KvVault, place: VaultPlace, transport: Transport, pace: Pace): Session {
  const read = readCredentials(vault, place.env);
  if ('fault' in read || 'token' in read) return { token: async () => read, hasEnded: async () => false };
  const { roleId: role_id, secretId: secret_id } = read;
  let lease: Lease | undefined;
  let under: Promise<Lease | { readonly fault: VaultFault }> | undefined;

  const post = (path: string, body: object, signal: AbortSignal, token?: string): Promise<Answered> =>
    transport.send({ method: 'POST', path, body, signal, ...(token === undefined ? {} : { token }) });

  async function login(): Promise<Lease | { readonly fault: VaultFault }> {
    const since = place.now();
    const signal = within(pace.deadlineMs);
    const answered = await post('auth/approle/login', { role_id, secret_id }, signal);
    if ('failure' in answered) return { fault: noAnswer(answered.failure, transport.origin) };
    const { status, body } = answered;
    if (status === 400 || status === 401 || status === 403) return { fault: loginRefused(transport.origin) };
    const fault = statusFault(status, transport.origin);
    if (fault) return { fault: (status === 503 && (await stateFault(transport, signal))) || fault };
    return leaseOf(body, since) ?? { fault: unexpectedForm(transport.origin) };
  }

  /** One that gains no time has come to the end of what it may have. */
  async function renewed(held: Lease): Promise<Lease | undefined> {
    const since = place.now();
    const answered = await post('auth/token/renew-self', {}, within(pace.deadlineMs), held.token);
    const next = 'status' in answered && answered.status === 200 ? leaseOf(answered.body, since) : undefined;
    return next && endOf(next) > endOf(held) ? next : undefined;
  }

  async function next(): Promise<Lease | { readonly fault: VaultFault }> {
    const held = lease;
    if (held?.renewable && place.now() < endOf(held)) {
      const longer = await renewed(held);
      if (longer) return longer;
    }
    const fresh = await login();
    if (!('fault' in fresh) || !held || lease !== held || place.now() >= endOf(held)) return fresh;
    // It is good for some time yet, and not every request is to try in vain.
    return { ...held, quietUntil: place.now() + (endOf(held) - place.now()) / 3 };
  }

  return {
    token: async () => {
      if (lease && place.now() < lease.quietUntil) return lease;
      under ??= next().finally(() => {
        under = undefined;
      });
      const found = await under;
      if ('token' in found) lease = found;
      return found;
    },
    hasEnded: async (token, signal) => {
      // Somebody else has found out, and has another by now.
      if (lease?.token !== token) return true;
      const asked = await transport.send({
        method: 'GET',
        path: 'auth/token/lookup-self',
        token,
        signal,
      });
      if ('failure' in asked || asked.status !== 403) return false;
      if (lease?.token === token) lease = undefined;
      return true;
    },
  };
}

const endOf = ({ since, length }: Lease): number => since + length;

function leaseOf(body: unknown, since: number): Lease | undefined {
  const auth = below(body, 'auth');
  const token = textIn(auth, 'client_token');
  const seconds = numberIn(auth, 'lease_duration');
  if (token === undefined || !/^[\x21-\x7e]{1,4096}$/.test(token) || seconds === undefined) return undefined;
  const length = seconds === 0 ? Number.POSITIVE_INFINITY : seconds * 1000;
  return { token, since, length, renewable: flagIn(auth, 'renewable') === true, quietUntil: since + (length * 2) / 3 };
}

const loginRefused = (origin: string): VaultFault =>
  faultOf(
    'access_denied',
    'login_refused',
    `the server at ${origin} refuses the login`,
    'see whether AppRole is enabled at `auth/approle`, the role and its secret id are right, and the secret id has not ended or been used up',
  );
