/** What operators say of vaults: which one is the default, and which may not be used. */
import { audited, type SecretContext, usableVault } from './context.ts';
import { faultError } from './fault-error.ts';
import type { NamedVault } from './vault-pool.ts';
import {
  changeVaultStates,
  defaultVault,
  readVaultStates,
  requireEnabled,
  stateOf,
  type VaultState,
  type VaultStates,
} from './vault-states.ts';

/** In the place of any other of these settings: together with them it is the only one, whoever else says so at the same time. */
export function makeDefault(ctx: SecretContext, name: string): Promise<NamedVault> {
  const perform = async (): Promise<NamedVault> => {
    const target = await usableVault(ctx, name);
    const { status, code, message, guidance } = await target.vault.health();
    if (status !== 'ready' && status !== 'warning')
      throw faultError(
        'conflict',
        'vault_not_ready',
        `vault \`${name}\` is not ready (${code}): ${message}`,
        guidance[0] ?? `\`headgate secrets health ${name}\` shows more`,
      );
    await changeVaultStates(ctx.places, (states) => {
      // It may have been disabled since it was asked.
      requireEnabled(states, target);
      const others = ctx.pool.all.filter(({ identity }) => identity !== target.identity);
      return others.reduce(
        (all, other) => withState(all, other, { isDefault: false }),
        withState(states, target, { isDefault: true }),
      );
    });
    return target;
  };
  return audited(ctx, { action: 'vault_default', vault: name, key: null }, perform);
}

export interface Disabled {
  /** It was the default, and there is none now. */
  readonly wasDefault: boolean;
}

/** It is no default any more, and nothing is read from it or written to it. */
export function disableVault(ctx: SecretContext, name: string): Promise<Disabled> {
  const perform = async (): Promise<Disabled> => {
    const target = ctx.pool.named(name);
    let wasDefault = false;
    await changeVaultStates(ctx.places, (states) => {
      const { isDefault, disabledAt } = stateOf(states, target);
      wasDefault = defaultVault(states, ctx.pool.all)?.identity === target.identity;
      return withState(states, target, {
        isDefault: isDefault === true ? null : isDefault,
        disabledAt: disabledAt ?? ctx.time(),
      });
    });
    return { wasDefault };
  };
  return audited(ctx, { action: 'vault_disable', vault: name, key: null }, perform);
}

export function enableVault(ctx: SecretContext, name: string): Promise<void> {
  const perform = async (): Promise<void> => {
    const target = ctx.pool.named(name);
    await changeVaultStates(ctx.places, (states) => withState(states, target, { disabledAt: null }));
  };
  return audited(ctx, { action: 'vault_enable', vault: name, key: null }, perform);
}

const withState = (states: VaultStates, vault: NamedVault, change: Partial<VaultState>): VaultStates => ({
  ...states,
  [vault.identity]: { ...stateOf(states, vault), ...change },
});

/** Where a key is meant that names no vault. Throws a fault where there is none. */
export function requireDefault({ pool, places }: SecretContext): NamedVault {
  const found = defaultVault(readVaultStates(places), pool.all);
  if (found) return found;
  throw faultError(
    'invalid_request',
    'no_default_vault',
    'no vault is named, and none is the default',
    'name it, as in `VAULT/KEY`, or choose one: `headgate secrets vaults default VAULT`',
  );
}
