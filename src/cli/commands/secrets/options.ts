import type { Command } from 'commander';
import { textOrJson, withStateDir } from '../../definition.ts';

/** Options of every command about secrets. */
export const withSecretsOptions = (command: Command): Command =>
  withStateDir(command)
    .option(
      '--settings <FILE>',
      'settings that declare the vaults; the headgate.yaml here or above in the checkout unless given',
    )
    .option('--trust-settings', 'let the settings give what rights they ask for, for this once; see `headgate trust`')
    .addOption(textOrJson());
