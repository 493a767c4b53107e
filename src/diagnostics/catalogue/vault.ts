/** Of vaults in the settings. */
import { define } from '../define.ts';

export const vaultComingSoon = define('settings/vault-coming-soon', {
  severity: 'warning',
  title: 'vault of a provider that is coming soon',
  message: (a: { name: string; provider: string }) =>
    `vaults of \`${a.provider}\` are coming soon, so nothing is kept in \`${a.name}\`, and nothing is taken from it`,
  help: 'refer to secrets of another vault, of `local_encrypted`, `aws_secrets_manager` or `vault`',
});

export const vaultCredential = define('settings/vault-credential', {
  severity: 'error',
  title: 'credential in the settings of a vault',
  message: (a: { path: string }) =>
    `\`${a.path}\` looks like a credential, and what opens a vault does not stand in the settings`,
});

export const vaultKeyShown = define('settings/vault-key-shown', {
  severity: 'error',
  title: 'key of a vault in a folder that programs are shown',
  message: (a: { what: string }) => a.what,
});
