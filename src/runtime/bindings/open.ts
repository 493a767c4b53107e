/** Who answers for the references of a run: whoever was given, else the vaults of its plan. Loaded only where something is bound. */
import { homeOf } from '../../adapters/files/home.ts';
import { withoutCoreDumps } from '../../adapters/sandbox/no-core-dumps.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { VaultLook } from '../../ports/secrets.ts';
import type { SettledOptions } from '../run-options.ts';
import type { RunSecrets } from './binder.ts';

export async function secretsOf({ runtime }: DeploymentPlan, options: SettledOptions): Promise<RunSecrets> {
  const { secrets, sourceFolder, env, stateDir } = options;
  await withoutCoreDumps();
  if (secrets) return secrets;
  const vaults = runtime?.vaults ?? {};
  const { openSecrets } = await import('../secrets/open.ts');
  const { usableVault } = await import('../secrets/context.ts');
  const { faultOf } = await import('../secrets/fault-error.ts');
  const place = { folder: sourceFolder, home: homeOf(env), env, now: Date.now };
  const { resolve, close, context } = openSecrets({ vaults, place, stateDir });
  const look = async (name: string): Promise<VaultLook> => {
    try {
      const { vault } = await usableVault(context, name);
      const health = await vault.health();
      // Others may have secrets that no list of theirs names.
      const isWhole = vault.provider === 'local_encrypted' && health.status === 'ready';
      const listed = isWhole ? await vault.list() : undefined;
      return { health, keys: listed && 'value' in listed ? listed.value : null };
    } catch (error) {
      const { code, message, remedy } = faultOf(error);
      return { health: { status: 'error', code, message, guidance: [remedy] }, keys: null };
    }
  };
  return { resolve, close, look };
}
