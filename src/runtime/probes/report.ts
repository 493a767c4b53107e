/** Evidence of probes as everybody is shown it: read back from the store and verified. */

import { own } from '../../base/json.ts';
import { sortedBy } from '../../base/order.ts';
import type { Blocked } from '../../ir/blocked.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { evidenceFault } from '../gate/gate.ts';
import type { RunState } from '../journal/fold.ts';
import type { ProbeOutcome } from '../store/evidence.ts';
import type { Store } from '../store/store.ts';
import { verified } from './findings.ts';

/** One of `runtimeProbeEvidence`. */
export interface ProbeReport {
  /** Its name. */
  readonly probe: string;
  readonly kind: string;
  /** Null when it could not be assessed. */
  readonly passed: boolean | null;
  readonly outcome: ProbeOutcome;
  /** One line. */
  readonly summary: string;
  readonly durationSeconds: number;
  /** Of what was looked at. */
  readonly subjectDigest: string;
  /** Digest of the in-toto Statement, which is in the store. */
  readonly statement: string;
}

export interface ProbeReports {
  /** The newest of each probe, in the order of their names. */
  readonly reports: readonly ProbeReport[];
  /** Of those that the journal names and the store does not have as they were. */
  readonly faults: readonly Blocked[];
}

/** O(bytes of the evidence). */
export function probeReports({
  plan,
  store,
  state,
}: {
  readonly plan: Pick<DeploymentPlan, 'runtime'> | undefined;
  readonly store: Store;
  readonly state: Pick<RunState, 'probes'>;
}): ProbeReports {
  const reports: ProbeReport[] = [];
  const faults: Blocked[] = [];
  for (const [name, record] of sortedBy([...state.probes], ([one]) => one)) {
    const kind = plan && own(plan.runtime?.probes ?? {}, name)?.kind;
    const read = verified(store, record, name, kind);
    if (typeof read === 'string') {
      faults.push({
        gate: read === 'gone' ? 'evidence_missing' : 'evidence_corrupt',
        subject: name,
        reasons: [evidenceFault(record.evidence, read)],
        remedy: 'put the store back as it was, or begin a new run with `headgate run`',
      });
      continue;
    }
    const { probeKind, passed, outcome, summary, durationSeconds, subjectDigest } = read;
    reports.push({
      probe: name,
      kind: probeKind,
      passed,
      outcome,
      summary,
      durationSeconds,
      subjectDigest,
      statement: record.evidence,
    });
  }
  return { reports, faults };
}
