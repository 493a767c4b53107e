import type { CommandGroup } from '../../definition.ts';
import { vaultsDefault } from './vaults/default.ts';
import { vaultsDisable } from './vaults/disable.ts';
import { vaultsEnable } from './vaults/enable.ts';
import { vaultsList } from './vaults/list.ts';

export const secretsVaults: CommandGroup = {
  name: 'vaults',
  summary: 'list vaults, and say which is the default and which may be used',
  commands: [vaultsList, vaultsDefault, vaultsDisable, vaultsEnable],
};
