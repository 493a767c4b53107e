import { type Cli, exitCode } from '../../../../app/cli.ts';
import { defaultVault, readVaultStates, stateOf } from '../../../../runtime/secrets/vault-states.ts';
import { table } from '../../../table.ts';
import { performSecrets, printJson, type SecretsFlags } from '../perform.ts';

export const vaultsListCommand = (cli: Cli, flags: SecretsFlags): Promise<number> =>
  performSecrets(cli, flags, async ({ context: { pool, places } }) => {
    const states = readVaultStates(places);
    const chosen = defaultVault(states, pool.all);
    const vaults = pool.all.map((one) => {
      const { disabledAt } = stateOf(states, one);
      return {
        vault: one.name,
        provider: one.plan.provider,
        status: one.plan.provider === 'gcp_secret_manager' ? 'coming_soon' : disabledAt === null ? 'ready' : 'disabled',
        isDefault: one.name === chosen?.name,
        disabledAt,
      };
    });
    if (flags.format === 'json') await printJson(cli, { vaults });
    else
      await cli.out(
        table([
          ['VAULT', 'PROVIDER', 'STATUS', 'DEFAULT'],
          ...vaults.map(({ vault, provider, status, isDefault }) => [
            vault,
            provider,
            status,
            isDefault ? 'yes' : 'no',
          ]),
        ]),
      );
    return exitCode.ok;
  });
