/** Vaults by their names in the settings. Each is opened when it is first needed, and once. */
import { type DeclaredVault, openVault } from '../../adapters/vaults/open.ts';
import type { VaultPlace } from '../../adapters/vaults/place.ts';
import { own } from '../../base/json.ts';
import { compareText } from '../../base/order.ts';
import { suggest } from '../../base/suggest.ts';
import type { Vault } from '../../ports/vault.ts';
import { faultError } from './fault-error.ts';
import { guardedVault } from './guarded-vault.ts';
import { toStderr } from './notice.ts';
import { vaultIdentity } from './places.ts';

export interface NamedVault {
  readonly name: string;
  readonly plan: DeclaredVault;
  readonly identity: string;
}

export interface VaultPool {
  /** By name. */
  readonly all: readonly NamedVault[];
  /** Throws a fault for a name that no vault has. */
  readonly named: (name: string) => NamedVault;
  /** Throws a fault when it cannot be opened. */
  readonly open: (name: string) => Promise<Vault>;
  readonly close: () => Promise<void>;
}

export interface PoolOptions {
  readonly vaults: Readonly<Record<string, DeclaredVault>>;
  readonly place: VaultPlace;
  readonly open?: typeof openVault;
  /** Told what does not keep an answer from being given. To standard error unless told. */
  readonly notice?: (text: string) => void;
}

export function createVaultPool({ vaults, place, open = openVault, notice = toStderr }: PoolOptions): VaultPool {
  const opened = new Map<string, Promise<Vault>>();
  const all = Object.keys(vaults)
    .sort(compareText)
    .map((name): NamedVault => {
      const plan = vaults[name] as DeclaredVault;
      return { name, plan, identity: vaultIdentity(plan, place) };
    });
  const named = (name: string): NamedVault => {
    const found = own(vaults, name) && all.find((one) => one.name === name);
    if (found) return found;
    throw unknownVault(name, all);
  };
  const openOne = async (name: string): Promise<Vault> => {
    const { plan } = named(name);
    try {
      return guardedVault(await open(name, plan, place), notice);
    } catch (error) {
      // The next one who asks tries again.
      opened.delete(name);
      throw error;
    }
  };
  return {
    all,
    named,
    open: (name) => {
      const found = opened.get(name) ?? openOne(name);
      opened.set(name, found);
      return found;
    },
    close: async () => {
      const found = [...opened.values()];
      opened.clear();
      for (const one of found) await one.then((vault) => vault.close()).catch(() => {});
    },
  };
}

function unknownVault(name: string, all: readonly NamedVault[]): Error {
  const names = all.map((one) => one.name);
  const near = suggest(name, names);
  const there = names.length === 0 ? 'declare it under `vaults` in headgate.yaml' : `there are: ${names.join(', ')}`;
  return faultError(
    'not_found',
    'unknown_vault',
    `there is no vault \`${name}\``,
    near === undefined ? there : `did you mean \`${near}\`?`,
  );
}
