/** AWS Secrets Manager as a vault. */
import type { AwsVault } from '../../../ir/plan-vault-schema.ts';
import { keyFault } from '../../../language/secrets/reference.ts';
import type { Vault, VaultAnswer, VaultFault } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';
import { type Call, createClient } from './client.ts';
import { createCredentialCache } from './credentials/cache.ts';
import { faultOf } from './faults.ts';
import { createHttp } from './http.ts';
import { guardOf } from './names.ts';
import { create } from './operations/create.ts';
import { discard } from './operations/discard.ts';
import { discover } from './operations/discover.ts';
import { health, unhealthy } from './operations/health.ts';
import { list } from './operations/list.ts';
import { promote } from './operations/promote.ts';
import { putPending } from './operations/put-pending.ts';
import { remove } from './operations/remove.ts';
import { resolve } from './operations/resolve.ts';
import { type AwsPlace, placeOf } from './place.ts';
import { tuning as standard, type Tuning } from './retry.ts';

const provider = 'aws_secrets_manager';

/** Connects when it is first asked. */
export function openAwsVault(name: string, vault: AwsVault, place: VaultPlace, tuned: Partial<Tuning> = {}): Vault {
  const read = placeOf(vault);
  if ('fault' in read) return closed(name, read.fault);
  const at = read.value;
  const tuning = { ...standard, ...tuned };
  const http = createHttp();
  const { env, home, now } = place;
  const credentials = createCredentialCache({ env, home, region: at.region, http, tuning }, now);
  const client = (tuning: Tuning): Call => createClient({ ...at, http, credentials, tuning, now });
  const quick = client({ ...tuning, deadline: Math.min(tuning.deadline, 10_000), attempts: 1 });
  return {
    name,
    provider,
    ...operationsOf(client(tuning), at),
    health: () => health(quick, credentials.get),
    close: http.close,
  };
}

function operationsOf(call: Call, at: AwsPlace): Omit<Vault, 'name' | 'provider' | 'health' | 'close'> {
  const keyed = <T>(key: string, then: () => Promise<VaultAnswer<T>>): Promise<VaultAnswer<T>> => {
    const fault = keyFault(key);
    return fault === null ? then() : Promise.resolve({ fault: badKey(fault) });
  };
  return {
    resolve: (address, signal) => keyed(address.key, () => resolve(call, at, address, signal)),
    list: () => list(call, at),
    create: (key, value, write) => keyed(key, () => create(call, at, key, value, write)),
    putPending: (key, value, write) => keyed(key, () => putPending(call, at, key, value, write)),
    promote: (key, version) => keyed(key, () => promote(call, at, key, version)),
    discard: (key, version) => keyed(key, () => discard(call, at, key, version)),
    remove: (key, write) => keyed(key, () => remove(call, at, key, write)),
    discover: (asked) => discover(call, at, asked),
    guardOf: (externalRef) => guardOf(at, externalRef),
  };
}

const badKey = (message: string): VaultFault =>
  faultOf('invalid_request', 'key_invalid', message, 'choose another key');

/** Of settings that lead nowhere: every question has the same answer. */
function closed(name: string, fault: VaultFault): Vault {
  const refuse = async () => ({ fault });
  return {
    name,
    provider,
    resolve: refuse,
    list: refuse,
    health: async () => unhealthy(fault),
    create: refuse,
    putPending: refuse,
    promote: refuse,
    discard: refuse,
    remove: refuse,
    discover: refuse,
    guardOf: () => fault.message,
    close: async () => {},
  };
}
