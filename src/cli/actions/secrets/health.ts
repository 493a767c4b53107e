import { type Cli, exitCode } from '../../../app/cli.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import { exitCodeOf } from '../../../runtime/gate/outcome.ts';
import { type VaultReport, vaultHealth } from '../../../runtime/secrets/vault-health.ts';
import { table } from '../../table.ts';
import { performSecrets, printJson, type SecretsFlags, vaultsNamed } from './perform.ts';

/** 3 where a vault cannot be used as it is. */
export const healthCommand = (cli: Cli, named: string | undefined, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async (session) => {
    const vaults = await Promise.all(vaultsNamed(session, named).map((name) => vaultHealth(session.context, name)));
    if (flags.format === 'json') await printJson(cli, { vaults });
    else await tellHealth(cli, vaults);
    return vaults.some(({ status }) => status === 'error') ? exitCodeOf.BLOCKED : exitCode.ok;
  });

async function tellHealth(cli: Cli, vaults: readonly VaultReport[]): Promise<void> {
  const rows = vaults.map(({ vault, provider, status, code, message }) => [vault, provider, status, code, message]);
  await cli.out(table([['VAULT', 'PROVIDER', 'HEALTH', 'CODE', 'WHAT IT MEANS'], ...rows]));
  for (const { vault, status, guidance } of vaults)
    if (status !== 'ready') for (const one of guidance) await cli.err(`${printable(vault)}: ${printable(one)}\n`);
}
