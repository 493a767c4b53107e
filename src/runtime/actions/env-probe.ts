/** Whether anything can run where the plan wants it; what was found is evidence, also when it is not enough. */

import type { Action } from '../../ir/action.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { Standing } from '../../ports/authority.ts';
import type { Environment } from '../../ports/environment.ts';
import { recorded } from '../journal/record.ts';
import type { RunContext } from '../run-context.ts';
import { hexDigest, putEvidence, putJson } from '../store/evidence.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

export const envProbe: Handler = {
  replay: 'safe',
  undo: null,
  reconcile: endedWithItsProcess,
  perform: async (run, action, on) => {
    const blocked = await probeAll(run, run.placement.environments, action, on);
    run.refuse(blocked);
    return blocked.length === 0;
  },
};

/** Writes down what was found in all of them; answers what is missing. */
export async function probeAll(
  { store, plan, clock, record }: Pick<RunContext, 'store' | 'plan' | 'clock' | 'record'>,
  environments: readonly Pick<Environment, 'probe'>[],
  action: Action,
  on: Standing,
): Promise<readonly Blocked[]> {
  return recorded(record, action, on, {}, async () => {
    const startedAt = clock.time();
    const began = clock.now();
    const probed = await Promise.all(environments.map((one) => one.probe(on)));
    const refusals = probed.flatMap((one) => one.blocked);
    // The same name for every run that finds the same.
    const environment = putJson(
      store,
      probed.length === 1 ? (probed[0]?.facts ?? {}) : probed.map(({ facts }) => facts),
    );
    const passed = refusals.length === 0;
    const summary = passed ? 'everything that is needed is there' : refusals.map(inOneLine).join('; ');
    const evidence = putEvidence(
      store,
      [
        { name: 'plan', digest: hexDigest(plan.planDigest) },
        { name: 'environment', digest: environment },
      ],
      {
        probeKind: action.type,
        passed,
        outcome: 'completed',
        summary,
        durationSeconds: Math.round(clock.now() - began) / 1000,
        startedAt,
      },
    );
    const data = { environment, evidence };
    return passed ? { value: refusals, data } : { value: refusals, data, fault: summary };
  });
}

const inOneLine = ({ gate, subject }: Blocked): string => `${gate} ${subject}`;
