/** Whether storage is where the plan says: two that share a volume share a way. */
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { expectedMounts } from './expected.ts';

export interface Mount {
  /** Moniker of who mounts it. */
  readonly title: string;
  readonly target: string;
  /** Null for one that nobody else can mount. */
  readonly volume: string | null;
}

export function mountsDiffer(mounts: readonly Mount[], plan: DeploymentPlan): readonly string[] {
  const ids = new Map<string, string>();
  const volumes = new Map<string, string>();
  const wanted = new Map(expectedMounts(plan).map(({ moniker, target, id }) => [`${moniker} at ${target}`, id]));
  const seen = new Set<string>();
  const faults = mounts.flatMap(({ title, target, volume }): readonly string[] => {
    const where = `${title} at ${target}`;
    const id = wanted.get(where);
    seen.add(where);
    if (id === undefined)
      return [`volume ${volume ?? 'of its own'} is mounted by ${where}, and the plan does not say so`];
    if (volume === null) return [];
    const isOther = (ids.get(volume) ?? id) !== id || (volumes.get(id) ?? volume) !== volume;
    ids.set(volume, id);
    volumes.set(id, volume);
    return isOther ? [`volume ${volume} is mounted by ${where} in the place of ${id}`] : [];
  });
  return [
    ...faults,
    ...[...wanted.keys()].filter((where) => !seen.has(where)).map((where) => `nothing is mounted by ${where}`),
  ];
}
