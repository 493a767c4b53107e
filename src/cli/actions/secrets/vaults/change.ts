/** `vaults default`, `disable` and `enable`. */
import { type Cli, exitCode } from '../../../../app/cli.ts';
import { printable } from '../../../../diagnostics/render/width.ts';
import { disableVault, enableVault, makeDefault } from '../../../../runtime/secrets/vault-changes.ts';
import { performSecrets, printJson, type SecretsFlags } from '../perform.ts';

export const vaultsDefaultCommand = (cli: Cli, vault: string, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async ({ context }) => {
    await cli.interrupt.hold(() => makeDefault(context, vault));
    return done(cli, flags, { vault, change: 'default' }, `vault ${vault} is the default now`);
  });

export const vaultsDisableCommand = (cli: Cli, vault: string, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async ({ context }) => {
    const { wasDefault } = await cli.interrupt.hold(() => disableVault(context, vault));
    const text = `vault ${vault} is disabled${wasDefault ? '; it was the default, and there is none now' : ''}`;
    return done(cli, flags, { vault, change: 'disabled', wasDefault }, text);
  });

export const vaultsEnableCommand = (cli: Cli, vault: string, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async ({ context }) => {
    await cli.interrupt.hold(() => enableVault(context, vault));
    return done(cli, flags, { vault, change: 'enabled' }, `vault ${vault} is enabled`);
  });

async function done(cli: Cli, { format }: SecretsFlags, value: object, text: string): Promise<number> {
  if (format === 'json') await printJson(cli, value);
  else await cli.out(`${printable(text)}\n`);
  return exitCode.ok;
}
