/** What storage a component mounts, and what its manifest says of that: the one reading of `params`. */

import { isObject, type JsonObject, type JsonValue, own } from '../../base/json.ts';
import { memoized } from '../../base/memo.ts';
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
    const from = resourcesOf(plan).get(`${component.moniker} ${String(mount['slot'])}`);
    return from ? of(`${from.component}.resources.${from.resource}`) : [];
  });
}

/** What slots are bound to, by component and slot, of which the first edge counts. */
const resourcesOf = memoized(
  ({ edges }: DeploymentPlan) =>
    new Map(
      edges
        .toReversed()
        .map(({ from, to }) => [`${to.component} ${to.slot}`, from.kind === 'resource' ? from : undefined]),
    ),
);

/** As the plan has it, by id. */
export const storageIn = memoized(({ storage }: DeploymentPlan) => new Map(storage.map((one) => [one.id, one])));

function paramsOf(id: string, plan: DeploymentPlan): Omit<StorageMount, 'id' | 'target'> {
  const params = storageIn(plan).get(id)?.params;
  const size = sizeIn(params);
  const bytes = size === null ? null : (parseSize(size) ?? null);
  return { size, bytes, ephemeral: textIn(params, 'retention') === 'ephemeral' };
}
