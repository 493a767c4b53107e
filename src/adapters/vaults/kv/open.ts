/** A KV engine, version 2, of HashiCorp Vault or OpenBao. Nothing is asked of the server until something is asked of the vault. */
import type { KvVault } from '../../../ir/plan-vault-schema.ts';
import type { Vault, VaultFault } from '../../../ports/vault.ts';
import type { VaultPlace } from '../place.ts';
import { mountFault, readAddress } from './address.ts';
import { createClient } from './client.ts';
import { createSecret } from './create.ts';
import { discardVersion } from './discard.ts';
import { discoverSecrets } from './discover.ts';
import type { Engine } from './engine.ts';
import { askHealth, unhealthy } from './health.ts';
import { listSecrets } from './list.ts';
import { type Pace, usualPace } from './pace.ts';
import { isPending, pathsOf } from './paths.ts';
import { promoteVersion } from './promote.ts';
import { putPendingVersion } from './put-pending.ts';
import { removeSecret } from './remove.ts';
import { resolveSecret } from './resolve.ts';
import { createSession } from './session.ts';
import { createTransport } from './transport.ts';

export function openKvVault(name: string, vault: KvVault, place: VaultPlace, pace: Pace = usualPace): Vault {
  const { address, mount, provider } = vault;
  const read = readAddress(address);
  if ('fault' in read) return refusing(name, provider, read.fault);
  const wrongMount = mountFault(mount);
  if (wrongMount) return refusing(name, provider, wrongMount);
  const transport = createTransport(read.origin);
  const session = createSession(vault, place, transport, pace);
  const engine: Engine = { client: createClient(transport, session, pace), paths: pathsOf(mount) };
  return {
    name,
    provider,
    resolve: (asked, signal) => resolveSecret(engine, asked, signal),
    list: () => listSecrets(engine),
    health: () => askHealth({ vault, place, transport, session, pace }),
    create: (key, value, write) => createSecret(engine, key, value, write),
    putPending: (key, value, write) => putPendingVersion(engine, key, value, write),
    promote: (key, version) => promoteVersion(engine, key, version),
    discard: (key, version) => discardVersion(engine, key, version),
    remove: (key) => removeSecret(engine, key),
    discover: (asked) => discoverSecrets(engine, asked),
    guardOf: (path) => (isPending(path) ? 'headgate keeps values there that are not in use yet' : null),
    close: transport.close,
  };
}

/** What its settings say cannot be used: nothing is ever sent. */
function refusing(name: string, provider: string, fault: VaultFault): Vault {
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
    guardOf: () => null,
    close: async () => undefined,
  };
}
