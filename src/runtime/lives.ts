/** The lives of the components of a run. */

import type { Blocked } from '../ir/blocked.ts';
import type { Life } from './actions/component/life.ts';
import { createLife } from './actions/component/life.ts';
import type { ComponentStatus } from './actions/component/life-state.ts';
import type { ComponentSpec } from './component.ts';
import type { Placement } from './environments/placement.ts';
import type { Ended } from './gate/gate.ts';
import { keepIn } from './profiles/keep-in.ts';
import { type RunContext, standFor } from './run-context.ts';
import { startOf } from './scheduler/graph.ts';

export interface Lived extends Pick<RunContext, 'record' | 'clock' | 'store' | 'plan'> {
  readonly components: readonly ComponentSpec[];
  readonly placement: Placement;
  readonly readyTimeoutMs: number;
  readonly onState: (status: ComponentStatus) => void;
  readonly warn?: (warning: Blocked | undefined) => void;
}

/** Of all that have not ended before. */
export function makeLives(options: Lived, ended: ReadonlyMap<string, Ended>, run: RunContext): readonly Life[] {
  const { placement, record, clock, store, plan, readyTimeoutMs, onState } = options;
  return options.components
    .filter(({ moniker }) => !ended.has(moniker))
    .map((component) => {
      const action = startOf(component);
      const life = createLife({
        component,
        action,
        stand: () => standFor(run, action),
        back: () => run.authority.back(action),
        environment: placement.of(component.moniker),
        record,
        clock,
        keep: keepIn(store, plan, component.moniker, options.warn ?? (() => {})),
        readyTimeoutMs,
        onState,
        refuse: run.refuse,
        lost: (blocked) => {
          run.refuse(blocked);
          run.halt();
        },
      });
      const over = (): void => run.authority.over(action);
      life.ended.then(over, over);
      return life;
    });
}
