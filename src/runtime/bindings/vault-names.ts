import { homeOf } from '../../adapters/files/home.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import type { SettledOptions } from '../run-options.ts';
import { vaultIdentity } from '../secrets/places.ts';
import type { RotatedSecret } from './rotation.ts';

/** What a run calls the vault of a secret: by where it keeps things, where that is told. */
export function namesOf(
  { runtime }: Pick<DeploymentPlan, 'runtime'>,
  { sourceFolder, env }: Pick<SettledOptions, 'sourceFolder' | 'env'>,
  { vault, identity }: RotatedSecret,
): readonly string[] {
  if (identity === undefined) return [vault];
  const place = { folder: sourceFolder, home: homeOf(env) };
  return Object.entries(runtime?.vaults ?? {}).flatMap(([name, one]) =>
    vaultIdentity(one, place) === identity ? [name] : [],
  );
}
