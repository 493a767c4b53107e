/** What storage a component mounts, and what its manifest says of that: the one reading of `params`. */
import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import type { DeploymentPlan, PlanComponent } from '../../ir/plan-schema.ts';
import { parseSize } from '../../language/storage-size.ts';
import { mountsOf } from './endpoints.ts';
import type { WiringProblem } from './problem.ts';

export interface StorageMount {
  /** `/a.resources.db`: of the component that declares it. */
  readonly id: string;
  /** Absolute, inside. */
  readonly target: string;
  /** As the manifest has it; null where it has none. */
  readonly size: string | null;
  /** The same as a number. */
  readonly bytes: number | null;
  /** Empty at every start, and of no use to anybody afterwards. */
  readonly ephemeral: boolean;
}

/** Sizes that say nothing. */
export const unreadableSizes = ({ storage }: DeploymentPlan): readonly WiringProblem[] =>
  storage.flatMap(({ id, params }): readonly WiringProblem[] => {
    const size = sizeIn(params);
    return size === null || parseSize(size) !== undefined ? [] : [{ kind: 'size-invalid', storage: id, size }];
  });

const sizeIn = (params: unknown): string | null => textIn(params, 'size');
const textIn = (params: unknown, name: string): string | null => {
  const value = isObject(params as JsonValue) ? own(params as JsonObject, name) : undefined;
  return typeof value === 'string' ? value : null;
};

export function storageOf(component: PlanComponent, plan: DeploymentPlan): readonly StorageMount[] {
  return mountsOf(component).flatMap((mount): readonly StorageMount[] => {
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
