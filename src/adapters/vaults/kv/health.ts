/** What can be told without a value: the server, then the token, then the mount. The first that is wrong is told. */
import type { KvVault } from '../../../ir/plan-vault-schema.ts';
import type { VaultFault, VaultFaultCode, VaultHealth } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';
import { missingOf, readCredentials } from './credentials.ts';
import { noAnswer, statusFault, unexpectedForm } from './faults.ts';
import { below, type Fields, fieldsOf, flagIn, numberIn, textIn, textsIn } from './form.ts';
import { type Pace, within } from './pace.ts';
import type { Session } from './session.ts';
import { askState, stateFaultOf } from './state.ts';
import type { Answered, Transport } from './transport.ts';

/** Below it, somebody should see to it that there is another token. */
const shortSeconds = 15 * 60;

export interface HealthAsked {
  readonly vault: KvVault;
  readonly place: VaultPlace;
  readonly transport: Transport;
  readonly session: Session;
  readonly pace: Pace;
}

export async function askHealth({ vault, place, transport, session, pace }: HealthAsked): Promise<VaultHealth> {
  const { origin } = transport;
  const credentials = readCredentials(vault, place.env);
  if ('fault' in credentials) return { ...unhealthy(credentials.fault), missingFields: missingOf(vault, place.env) };
  const signal = within(pace.healthMs);
  const server = await askState(transport, signal);
  if ('failure' in server) return unhealthy(noAnswer(server.failure, origin));
  const state = fieldsOf(server.body);
  if (!state || flagIn(state, 'sealed') === undefined) return unhealthy(unexpectedForm(origin));
  const down = stateFaultOf(state, origin);
  if (down) return unhealthy(down);
  const held = await Promise.race([session.token(), ended(signal)]);
  if (held === undefined) return unhealthy(noAnswer('request_timeout', origin));
  if ('fault' in held) return unhealthy(held.fault);
  const get = (path: string) => transport.send({ method: 'GET', path, token: held.token, signal });
  const [token, mount] = await Promise.all([
    get('auth/token/lookup-self'),
    get(`sys/internal/ui/mounts/${vault.mount}`),
  ]);
  return tokenHealth(token, origin, vault) ?? mountHealth(mount, vault.mount, origin) ?? warnings(token, state, vault);
}

export const unhealthy = ({ code, detail, message, remedy }: VaultFault): VaultHealth =>
  failed(code, detail, message, remedy);

function tokenHealth(asked: Answered, origin: string, { auth }: KvVault): VaultHealth | undefined {
  if ('failure' in asked) return unhealthy(noAnswer(asked.failure, origin));
  if (asked.status === 403)
    return auth.method === 'token'
      ? failed(
          'access_denied',
          'token_expired',
          'the token has ended or was revoked',
          `set \`${auth.tokenEnv}\` to another one`,
        )
      : failed(
          'access_denied',
          'token_refused',
          'the token of the role may not look at itself',
          'let its policies grant `read` on `auth/token/lookup-self`, as the policy `default` does',
        );
  const fault = statusFault(asked.status, origin);
  if (fault) return unhealthy(fault);
  return below(asked.body, 'data') ? undefined : unhealthy(unexpectedForm(origin));
}

function mountHealth(asked: Answered, mount: string, origin: string): VaultHealth | undefined {
  if ('failure' in asked) return unhealthy(noAnswer(asked.failure, origin));
  if (asked.status === 403 || asked.status === 404)
    return failed(
      asked.status === 404 ? 'not_found' : 'access_denied',
      'mount_refused',
      `the server has nothing mounted at \`${mount}\`, or grants the token nothing there`,
      'see whether the mount is right, and whether the policies of the token name paths below it',
    );
  const fault = statusFault(asked.status, origin);
  if (fault) return unhealthy(fault);
  const data = below(asked.body, 'data');
  if (textIn(data, 'type') === 'kv' && textIn(below(data, 'options'), 'version') === '2') return undefined;
  return failed(
    'invalid_request',
    'not_kv_version_2',
    `what is mounted at \`${mount}\` is not a KV engine of version 2`,
    `name another mount, or have its operators run \`bao kv enable-versioning ${mount}\``,
  );
}

function warnings(token: Answered, state: Fields, { auth }: KvVault): VaultHealth {
  const data = 'body' in token ? below(token.body, 'data') : undefined;
  if (textsIn(data, 'policies')?.includes('root'))
    return told(
      'warning',
      'root_token',
      'the token may do everything on the server',
      'give headgate a token, or a role, with the policy that docs/secrets.md shows',
    );
  const ttl = numberIn(data, 'ttl') ?? 0;
  if (auth.method === 'token' && ttl > 0 && ttl < shortSeconds)
    return told(
      'warning',
      'token_ends_soon',
      `the token ends in ${ttl} s, and headgate does not renew what it was given`,
      `set \`${auth.tokenEnv}\` to another one, or let headgate log in by role`,
    );
  if (flagIn(state, 'standby'))
    return told(
      'warning',
      'standby',
      'the server is a standby, which may redirect',
      'name the address of the active one, or one that leads to it',
    );
  return { status: 'ready', code: 'ready', message: 'the server answers, and the token is good', guidance: [] };
}

const failed = (fault: VaultFaultCode, code: string, message: string, ...guidance: readonly string[]): VaultHealth => ({
  status: 'error',
  code,
  fault,
  message,
  guidance,
});

const told = (
  status: VaultHealth['status'],
  code: string,
  message: string,
  ...guidance: readonly string[]
): VaultHealth => ({ status, code, message, guidance });

const ended = (signal: AbortSignal): Promise<undefined> =>
  new Promise((done) => {
    if (signal.aborted) done(undefined);
    else signal.addEventListener('abort', () => done(undefined), { once: true });
  });
