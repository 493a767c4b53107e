/** Who may reach what outside of the scenario. */
import type { DeploymentPlan } from '../../../../ir/plan-schema.ts';
import { profileOf } from '../../../../plan/profiles/profile-of.ts';
import type { WiredComponent } from '../../../../plan/wiring/component.ts';

/** By moniker: `host:port` of what it may reach, and the port of the proxy that asks for it. */
export type Egress = ReadonlyMap<string, { readonly port: number; readonly grants: readonly string[] }>;

/** What the settings of a component say, and what its sandbox widens. */
export function egressOf(
  plan: DeploymentPlan,
  components: readonly WiredComponent[],
  firstPort: number,
  holds: (grant: string) => boolean,
): Egress {
  const granted = components.flatMap(({ moniker }): readonly (readonly [string, readonly string[]])[] => {
    const own = plan.runtime?.components?.[moniker]?.egress ?? [];
    const wider = profileOf(moniker, plan.runtime)?.sandbox?.egress ?? [];
    const grants = [...new Set([...own, ...wider].map((one) => one.toLowerCase()))].filter(holds).sort();
    return grants.length === 0 ? [] : [[moniker, grants]];
  });
  return new Map(granted.map(([moniker, grants], index) => [moniker, { port: firstPort + index, grants }]));
}
