/** vaults.json: which vaults are disabled, and which one is the default, as operators have said. Settings count where they said nothing. */
import { canonicalJson, isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { exclusively } from './exclusive.ts';
import { faultError } from './fault-error.ts';
import type { SecretPlaces } from './places.ts';
import { readRecord, sweepHalfWritten, unreadable, writePrivate } from './private-file.ts';
import type { NamedVault } from './vault-pool.ts';

export interface VaultState {
  /** Null where the settings say. */
  readonly isDefault: boolean | null;
  /** Null while it is ready. */
  readonly disabledAt: string | null;
}

/** By identity. All of them are in one file, so that a default and what it replaces change together. */
export type VaultStates = Readonly<Record<string, VaultState>>;

const version = 1;
const untouched: VaultState = { isDefault: null, disabledAt: null };

export function readVaultStates(places: SecretPlaces): VaultStates {
  const found = readRecord(places.vaults, version);
  if (!found) return {};
  const fault = faultOf(found);
  if (fault !== undefined) throw unreadable(places.vaults, fault);
  return found['vaults'] as unknown as VaultStates;
}

export const stateOf = (states: VaultStates, { identity }: Pick<NamedVault, 'identity'>): VaultState =>
  own(states, identity) ?? untouched;

export const changeVaultStates = (
  places: SecretPlaces,
  work: (states: VaultStates) => VaultStates,
): Promise<VaultStates> =>
  exclusively(places.lock('vaults'), () => {
    sweepHalfWritten(places.vaults);
    const states = work(readVaultStates(places));
    writePrivate(places.vaults, `${canonicalJson({ version, vaults: states } as unknown as JsonValue)}\n`);
    return states;
  });

/** Throws a fault where the vault is not to be used. */
export function requireEnabled(states: VaultStates, vault: NamedVault): void {
  const { disabledAt } = stateOf(states, vault);
  if (disabledAt === null) return;
  throw faultError(
    'conflict',
    'vault_disabled',
    `vault \`${vault.name}\` is disabled since ${disabledAt}`,
    `\`headgate secrets vaults enable ${vault.name}\` lets it be used again`,
  );
}

/**
 * The one that is meant where none is named; undefined where there is none. What an operator said comes before what the settings say,
 * and a vault that is disabled is never it.
 */
export function defaultVault(states: VaultStates, all: readonly NamedVault[]): NamedVault | undefined {
  const ready = all.filter((one) => stateOf(states, one).disabledAt === null);
  const said = ready.find((one) => stateOf(states, one).isDefault === true);
  return said ?? ready.find((one) => one.plan.default === true && stateOf(states, one).isDefault !== false);
}

function faultOf({ version: _, vaults, ...more }: JsonObject): string | undefined {
  const wrong = 'it does not have the form of a list of vaults';
  if (!isObject(vaults) || Object.keys(more).length > 0) return wrong;
  const fits = ({ isDefault, disabledAt, ...others }: JsonObject): boolean =>
    (isDefault === null || typeof isDefault === 'boolean') &&
    (disabledAt === null || typeof disabledAt === 'string') &&
    Object.keys(others).length === 0;
  return Object.values(vaults).every((one) => isObject(one) && fits(one)) ? undefined : wrong;
}
