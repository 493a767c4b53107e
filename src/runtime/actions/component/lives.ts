/** A life for every component that has not ended before. */
import type { DriveOptions } from '../../drive.ts';
import type { Ended } from '../../gate/gate.ts';
import { keepIn } from '../../profiles/keep-in.ts';
import type { RunContext } from '../../run-context.ts';
import { startOf } from '../../scheduler/graph.ts';
import { createLife, type Life } from './life.ts';

type Given = Pick<
  DriveOptions,
  'components' | 'placement' | 'record' | 'clock' | 'store' | 'plan' | 'readyTimeoutMs' | 'onState' | 'warn'
>;

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
