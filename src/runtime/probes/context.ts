/** What a probe of a run is given. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../base/digest.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { Standing } from '../../ports/authority.ts';
import type { Executed, Probing } from '../../ports/execution.ts';
import type { Binder } from '../bindings/binder.ts';
import type { RunContext } from '../run-context.ts';
import type { PlacedProbing, ProbeContext } from './probe.ts';

export function probeContext(run: RunContext, name: string, probe: PlanProbe, on: Standing): ProbeContext {
  const { plan, store, clock, stopping, placement, secrets } = run;
  const { sourceFolder, redact } = run.probes;
  const pathOf = (file: string): string => join(sourceFolder, file);
  return {
    name,
    place: placeOf(
      placement.of('component' in probe ? probe.component : 'exports').probing ?? noPlace,
      secrets,
      name,
      on,
    ),
    clock,
    signal: stopping,
    file: async (file) => {
      const planned = plan.sources.find((source) => source.name === file && source.kind === 'probe');
      const bytes = planned && (await readFile(pathOf(file)).catch(() => undefined));
      return bytes && digestOf(bytes) === planned.digest ? bytes : undefined;
    },
    pathOf,
    keep: (bytes) => store.put(bytes),
    redact,
  };
}

/** What runs in the place of a component is given its secrets too, and asks for them by itself. */
const placeOf = (place: Probing, secrets: Binder, name: string, on: Standing): PlacedProbing => ({
  reach: (target) => place.reach(target, on),
  execute: async (subject, execution) => {
    const bound = await secrets.resolve(
      subject,
      secrets.bindings(subject),
      { type: 'probe', id: name },
      on,
      execution.signal,
    );
    if ('values' in bound) return place.execute(subject, { ...execution, secrets: bound.values }, on);
    return execution.signal.aborted
      ? { ...unexecuted, ended: 'stopped' }
      : { ...unexecuted, fault: bound.blocked.reasons.join('; ') };
  },
});

const nothing = { bytes: new Uint8Array(), dropped: 0 };
const unexecuted: Executed = {
  ended: 'error',
  code: null,
  signal: null,
  stdout: nothing,
  stderr: nothing,
  durationMs: 0,
};

/** Of an environment that nothing can be looked at in. */
const noPlace: Probing = {
  execute: async () => ({
    ...unexecuted,
    fault: 'nothing can be executed beside the components of this environment',
  }),
  reach: async () => undefined,
};
