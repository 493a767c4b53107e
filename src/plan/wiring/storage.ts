/** What storage a component mounts, and what its manifest says of that: the one reading of `params` on this machine. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { LoweredMount } from '../../ir/graph.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import type { StorageMount } from './component.ts';
import { parseSize } from './storage-size.ts';

export function checkStorage({ storage }: DeploymentPlan, blocked: Blocked[]): void {
  for (const { id, params } of storage) {
    const size = sizeIn(params);
    if (size === null || parseSize(size) !== undefined) continue;
    blocked.push({
      gate: 'storage_size_invalid',
      subject: id,
      reasons: [`its size \`${size}\` is no amount of storage`],
      remedy: 'write bytes, or a number with Ki, Mi, Gi, Ti or k, M, G, T behind it, such as `512Mi`',
    });
  }
}

const sizeIn = (params: unknown): string | null => textIn(params, 'size');
const textIn = (params: unknown, name: string): string | null => {
  const value = isObject(params as JsonValue) ? own(params as JsonObject, name) : undefined;
  return typeof value === 'string' ? value : null;
};

export function storageOf(
  component: PlanComponent,
  mounts: readonly LoweredMount[],
  plan: DeploymentPlan,
): readonly StorageMount[] {
  return mounts.flatMap((mount): readonly StorageMount[] => {
    const target = String(mount['path']);
    const of = (id: string): readonly StorageMount[] => [{ id, target, ...paramsOf(id, plan) }];
    if (mount['kind'] === 'resource') return of(`${component.moniker}.resources.${String(mount['resource'])}`);
    if (mount['kind'] !== 'slot') return [];
    const edge = plan.edges.find(({ to }) => to.component === component.moniker && to.slot === mount['slot']);
    return edge?.from.kind === 'resource' ? of(`${edge.from.component}.resources.${edge.from.resource}`) : [];
  });
}

function paramsOf(id: string, { storage }: DeploymentPlan): Omit<StorageMount, 'id' | 'target'> {
  const params = storage.find((one) => one.id === id)?.params;
  const size = sizeIn(params);
  const bytes = size === null ? null : (parseSize(size) ?? null);
  return { size, bytes, ephemeral: textIn(params, 'retention') === 'ephemeral' };
}
