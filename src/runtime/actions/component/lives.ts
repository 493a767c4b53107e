/** A life for every component that has not ended before. */
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { ComponentSpec } from '../../component.ts';
import type { Placement } from '../../environments/placement.ts';
import type { Ended } from '../../gate/gate.ts';
import { keepIn } from '../../profiles/keep-in.ts';
import type { RunContext } from '../../run-context.ts';
import { startOf } from '../../scheduler/graph.ts';
import type { Store } from '../../store/store.ts';
import { createLife, type Life, type LifeOptions } from './life.ts';

interface Given extends Pick<LifeOptions, 'record' | 'clock' | 'readyTimeoutMs' | 'onState'> {
  readonly components: readonly ComponentSpec[];
  readonly placement: Placement;
  readonly store: Store;
  readonly plan: DeploymentPlan;
  readonly warn?: (warning: Blocked | undefined) => void;
}

export function makeLives(
  options: Given,
  ended: ReadonlyMap<string, Ended>,
  refuse: RunContext['refuse'],
): readonly Life[] {
  const { placement, record, clock, store, plan, readyTimeoutMs, onState } = options;
  return options.components
    .filter(({ moniker }) => !ended.has(moniker))
    .map((component) =>
      createLife({
        component,
        action: startOf(component),
        environment: placement.of(component.moniker),
        record,
        clock,
        keep: keepIn(store, plan, component.moniker, options.warn ?? (() => {})),
        readyTimeoutMs,
        onState,
        refuse,
      }),
    );
}
