/** What there is to say of the required probes, about what runs now: read from the store, whatever the journal claims. */
import { own } from '../../base/json.ts';
import type { Finding, GateQuestion } from '../gate/gate.ts';
import type { RunState } from '../journal/fold.ts';
import type { ProbeRecord } from '../journal/probe-records.ts';
import { readProbeEvidence } from '../store/evidence.ts';
import type { Store } from '../store/store.ts';
import { unfinalizedIn } from '../workspaces/unfinalized.ts';
import { probesOf, requiredProbes } from './completion.ts';
import { type SubjectFacts, subjectOf } from './subject.ts';

export interface FindingFacts extends SubjectFacts {
  readonly state: SubjectFacts['state'] & Pick<RunState, 'probes'>;
  readonly store: Store;
  /** Of the run. */
  readonly id: string;
  /** See `unfinalizedIn`. */
  readonly over: boolean;
}

/** O(required probes + bytes of their evidence and of their subjects). */
export function gateQuestion(facts: FindingFacts, retry: GateQuestion['retry']): GateQuestion {
  const { plan } = facts;
  return {
    declared: probesOf(plan).length,
    required: requiredProbes(plan).map((name) => findingOf(facts, name)),
    unfinalized: unfinalizedIn(plan, facts.state, facts),
    retry,
  };
}

function findingOf(facts: FindingFacts, name: string): Finding {
  const nothing = (why: string): Finding => ({ probe: name, found: 'nothing', why });
  const probe = own(facts.plan.runtime?.probes ?? {}, name);
  const record = facts.state.probes.get(name);
  if (!probe || !record) return nothing('it has not been run');
  if (record.superseded) return nothing('it was begun once more, and that did not come to an end');
  const read = verified(facts.store, record, name, probe.kind);
  if (typeof read === 'string') return { probe: name, found: read, digest: record.evidence };
  const isAbout = (): boolean => read.subjectDigest === subjectOf(facts, probe).digest;
  // Where nothing was found out, it does not matter about what.
  if (read.outcome !== 'error' && !isAbout())
    return nothing('what it looked at is not what is there now: a program, a file or the place has changed since');
  const { passed, outcome, summary } = read;
  return { probe: name, found: 'evidence', passed, outcome, summary };
}

/** With what the journal says of it: a statement about something else is no evidence, though its bytes are what they were. */
export function verified(
  store: Store,
  { evidence, found }: ProbeRecord,
  name: string,
  kind: string | undefined,
): ReturnType<typeof readProbeEvidence> {
  const read = readProbeEvidence(store, evidence);
  if (typeof read === 'string') return read;
  const isThis =
    read.probe === name &&
    (kind === undefined || read.probeKind === kind) &&
    read.subjectDigest === found.subject &&
    read.passed === found.passed &&
    read.outcome === found.outcome;
  return isThis ? read : 'changed';
}
