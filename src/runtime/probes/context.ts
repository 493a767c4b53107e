/** What a probe of a run is given. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestOf } from '../../base/digest.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { Probing } from '../../ports/execution.ts';
import type { RunContext } from '../run-context.ts';
import type { ProbeContext } from './probe.ts';

export function probeContext(run: RunContext, name: string, probe: PlanProbe): ProbeContext {
  const { plan, store, clock, stopping, placement } = run;
  const { sourceFolder, redact } = run.probes;
  const pathOf = (file: string): string => join(sourceFolder, file);
  return {
    name,
    place: placement.of('component' in probe ? probe.component : 'exports').probing ?? noPlace,
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

/** Of an environment that nothing can be looked at in. */
const noPlace: Probing = {
  execute: async () => ({
    ended: 'error',
    code: null,
    signal: null,
    fault: 'nothing can be executed beside the components of this environment',
    stdout: { bytes: new Uint8Array(), dropped: 0 },
    stderr: { bytes: new Uint8Array(), dropped: 0 },
    durationMs: 0,
  }),
  reach: async () => undefined,
};
