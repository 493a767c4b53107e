/** Looks at what runs, by a probe of the plan; what was found is evidence, also when it is not good. */
import { own } from '../../base/json.ts';
import { type Action, actionId, probeNamed } from '../../ir/action.ts';
import type { PlanProbe } from '../../ir/plan-probe-schema.ts';
import type { Standing } from '../../ports/authority.ts';
import type { ProbeRecord } from '../journal/probe-records.ts';
import { type OutcomeData, recorded } from '../journal/record.ts';
import { assess } from '../probes/assess.ts';
import { probeContext } from '../probes/context.ts';
import { verified } from '../probes/findings.ts';
import type { ProbeResult } from '../probes/probe.ts';
import { type ProbeSubject, subjectOf } from '../probes/subject.ts';
import type { RunContext } from '../run-context.ts';
import { type ProbeEvidence, putEvidence } from '../store/evidence.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

export const probeRun: Handler = {
  // It has no effect, and what it found out on the same subject is not asked for twice.
  replay: 'safe',
  undo: null,
  reconcile: endedWithItsProcess,
  perform: async (run, action, on) => {
    const missing = await run.probes.unready();
    if (run.stopping.aborted) return false;
    if (missing.length > 0) return skipProbe(run, action, `${missing.join(' and ')} failed before it could begin`);
    return runProbe(run, action, on, 'unless it has passed');
  },
};

/** It is not run, and says why. */
export function skipProbe({ record, state }: RunContext, action: Action, reason: string): false {
  const attempt = (state().actions.get(actionId(action))?.attempt ?? 0) + 1;
  record.outcome(action, attempt, { state: 'skipped', reason });
  return false;
}

/** One at a time, so that none measures what another one costs. Answers whether it has passed; throws when the record cannot be written. */
export async function runProbe(
  run: RunContext,
  action: Action,
  on: Standing,
  when: 'always' | 'unless it has passed',
): Promise<boolean> {
  const name = probeNamed(action);
  const probe = own(run.plan.runtime?.probes ?? {}, name);
  if (!probe) throw new Error(`the plan has no probe ${name}`);
  const pass = await run.probes.turns.take();
  try {
    if (run.stopping.aborted) return false;
    const subject = measure(run, probe);
    const before = when === 'always' ? undefined : passedBefore(run, name, probe, subject);
    return await recorded(run.record, action, on, {}, async () => {
      if (before) return { value: true, data: before };
      return found(run, name, probe, subject, on);
    });
  } finally {
    pass();
  }
}

const measure = (run: RunContext, probe: PlanProbe): ProbeSubject =>
  subjectOf({ plan: run.plan, sourceFolder: run.probes.sourceFolder, state: run.state() }, probe);

/** What an earlier attempt found on the very same subject, where it has passed and the store still has all of it. */
function passedBefore(
  run: RunContext,
  name: string,
  probe: PlanProbe,
  subject: ProbeSubject,
): Omit<OutcomeData, 'state'> | undefined {
  const record = run.state().probes.get(name);
  if (!record || record.superseded || record.found.passed !== true || record.found.subject !== subject.digest)
    return undefined;
  const read = verified(run.store, record, name, probe.kind);
  if (typeof read === 'string' || read.outcome !== 'completed') return undefined;
  return {
    evidence: record.evidence,
    blobs: read.blobs.map(({ digest }) => digest),
    probe: { ...record.found, reused: true },
  };
}

interface Found {
  readonly value: boolean;
  readonly data: Omit<OutcomeData, 'state'>;
  readonly fault?: string;
  readonly cancelled?: boolean;
}

async function found(
  run: RunContext,
  name: string,
  probe: PlanProbe,
  subject: ProbeSubject,
  on: Standing,
): Promise<Found> {
  const { clock, store } = run;
  const startedAt = clock.time();
  const began = clock.now();
  const answered = await assess(own(run.probes.runners, probe.kind), probe, probeContext(run, name, probe, on));
  const durationSeconds = Math.round(clock.now() - began) / 1000;
  const { passed, outcome, summary, details, blobs } = unmoved(answered, subject, measure(run, probe));
  const kept = Object.entries(blobs).map(([what, digest]) => ({ name: what, digest }));
  const { exitCode } = details;
  const evidence: ProbeEvidence = {
    probe: name,
    probeKind: probe.kind,
    passed,
    outcome,
    summary,
    durationSeconds,
    startedAt,
    ...('argv' in probe && Array.isArray(probe.argv) ? { argv: probe.argv } : {}),
    ...(typeof exitCode === 'number' && Number.isInteger(exitCode) ? { exitCode } : {}),
    details,
    blobs: kept.sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
  const inShort: ProbeRecord['found'] = {
    kind: probe.kind,
    passed,
    outcome,
    summary,
    durationSeconds,
    subject: subject.digest,
  };
  const data = {
    evidence: putEvidence(store, subject.subjects, evidence),
    blobs: kept.map(({ digest }) => digest),
    probe: inShort,
  };
  if (outcome === 'cancelled') return { value: false, data, cancelled: true };
  return passed === true ? { value: true, data } : { value: false, data, fault: summary };
}

/** What was looked at must be the same from beginning to end. */
function unmoved(result: ProbeResult, before: ProbeSubject, after: ProbeSubject): ProbeResult {
  if (before.digest === after.digest) return result;
  const known = new Map(before.subjects.map(({ name, digest }) => [name, digest]));
  const moved = after.subjects.filter(({ name, digest }) => known.get(name) !== digest).map(({ name }) => name);
  return {
    passed: null,
    outcome: 'error',
    summary: `subject_moved: ${moved.join(', ') || 'something'} changed while the probe ran`,
    details: {
      subjectMoved: moved,
      answered: { passed: result.passed, outcome: result.outcome, summary: result.summary },
    },
    blobs: result.blobs,
  };
}
