/** A vault as its provider made it may throw, and what it throws may quote a value or whoever was asked: outside nobody sees that. */
import type { Vault, VaultAnswer, VaultHealth } from '../../ports/vault.ts';
import { faultOf } from './fault-error.ts';
import { genericFault } from './faults.ts';

/** What was done besides is told at once. */
export function guardedVault(vault: Vault, notice: (text: string) => void): Vault {
  const safe = async <T>(work: () => Promise<VaultAnswer<T>>): Promise<VaultAnswer<T>> => {
    try {
      const answer = await work();
      if ('value' in answer) for (const text of answer.notices ?? []) notice(text);
      return answer;
    } catch (error) {
      return { fault: faultOf(error) };
    }
  };
  const { discover, guardOf } = vault;
  return {
    name: vault.name,
    provider: vault.provider,
    resolve: (address, signal) => safe(() => vault.resolve(address, signal)),
    list: () => safe(() => vault.list()),
    health: () => vault.health().catch(unknownHealth),
    create: (key, value, write) => safe(() => vault.create(key, value, write)),
    putPending: (key, value, write) => safe(() => vault.putPending(key, value, write)),
    promote: (key, version, write) => safe(() => vault.promote(key, version, write)),
    discard: (key, version, write) => safe(() => vault.discard(key, version, write)),
    remove: (key, write) => safe(() => vault.remove(key, write)),
    ...(discover ? { discover: (asked) => safe(() => discover(asked)) } : {}),
    ...(guardOf ? { guardOf } : {}),
    close: () => vault.close().catch(() => {}),
  };
}

function unknownHealth(): VaultHealth {
  const { message, remedy } = genericFault('provider_error', 'unexpected');
  return { status: 'error', code: 'unexpected', fault: 'provider_error', message, guidance: [remedy] };
}
