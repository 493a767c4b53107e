/** The only place where a run is said to be complete. */
import type { Blocked } from '../../ir/blocked.ts';
import { inGateOrder } from './order.ts';
import type { CompletionBasis, Outcome } from './outcome.ts';

export type Ended =
  | { readonly status: 'finished'; readonly code: number }
  | { readonly status: 'failed'; readonly reason: string };

/** What there is to say of one required probe, about what runs now. */
export type Finding =
  /** It was not run, or on something else: `why` says which. */
  | { readonly probe: string; readonly found: 'nothing'; readonly why: string }
  /** The journal names evidence, and the store does not have it, or has something else there. */
  | { readonly probe: string; readonly found: 'gone' | 'changed'; readonly digest: string }
  | {
      readonly probe: string;
      readonly found: 'evidence';
      readonly passed: boolean | null;
      readonly outcome: string;
      readonly summary: string;
    };

/** A workspace that what was judged depends on, and whose changes nobody has taken over yet. */
export interface Unfinalized {
  readonly workspace: string;
  readonly reason: string;
  /** The command that does it. */
  readonly remedy: string;
}

export interface GateQuestion {
  /** How many probes the plan has, required or not. */
  readonly declared: number;
  /** Of each probe that is required, in the order of their names. */
  readonly required: readonly Finding[];
  readonly unfinalized: readonly Unfinalized[];
  /** The command that runs a probe again. */
  readonly retry: (probe: string) => string;
}

export type Verdict = { readonly basis: CompletionBasis } | { readonly blocked: readonly Blocked[] };

/** Whether what runs may be called complete. Whatever is not known to have passed closes it. O(required). */
export function judge({ declared, required, unfinalized, retry }: GateQuestion): Verdict {
  const blocked = [
    ...required.flatMap((finding) => blockedBy(finding, retry(finding.probe)) ?? []),
    ...unfinalized.map(({ workspace, reason, remedy }) => ({
      gate: 'workspace_unfinalized',
      subject: workspace,
      reasons: [reason],
      remedy,
    })),
  ];
  if (blocked.length > 0) return { blocked: inGateOrder(blocked) };
  if (declared === 0) return { basis: 'no_probes_declared' };
  return { basis: required.length === 0 ? 'no_probes_required' : 'probes_passed' };
}

function blockedBy(finding: Finding, retry: string): Blocked | undefined {
  const { probe } = finding;
  if (finding.found === 'nothing')
    return {
      gate: 'probe_evidence_missing',
      subject: probe,
      reasons: [finding.why],
      remedy: `\`${retry}\` runs it`,
    };
  if (finding.found !== 'evidence')
    return {
      gate: finding.found === 'gone' ? 'evidence_missing' : 'evidence_corrupt',
      subject: probe,
      reasons: [evidenceFault(finding.digest, finding.found)],
      remedy: `put the store back as it was, or \`${retry}\``,
    };
  const { passed, outcome, summary } = finding;
  if (passed === false)
    return {
      gate: 'probe_failed',
      subject: probe,
      reasons: [summary],
      remedy: `see what it found and repair it; then \`${retry}\` runs it again`,
    };
  if (outcome === 'error')
    return {
      gate: 'probe_runner_error',
      subject: probe,
      reasons: [summary],
      remedy: `nothing was found out; repair what runs the probe, then \`${retry}\` runs it again`,
    };
  // Whatever a runner makes of it: what has not run to its end has not passed.
  if (passed === true && outcome === 'completed') return undefined;
  return {
    gate: 'probe_not_assessed',
    subject: probe,
    reasons: [`${outcome}: ${summary}`],
    remedy: `a probe that could not be assessed has not passed; see to what it needs, then \`${retry}\` runs it again`,
  };
}

export const evidenceFault = (digest: string, how: 'gone' | 'changed'): string =>
  `the journal names ${digest}, which ${how === 'changed' ? 'was changed in' : 'is no longer in'} the store`;

/** Everything has ended. What a probe found is never a failure of the run; a program that failed is, where no probe closed the gate. */
export function judgeEnd(ends: ReadonlyMap<string, Ended>, verdict: Verdict): Outcome {
  const reasons = [...ends].flatMap(([moniker, end]) => (end.status === 'failed' ? [`${moniker}: ${end.reason}`] : []));
  const blocked = 'blocked' in verdict ? verdict.blocked : [];
  // That a probe did not run because a program had failed says no more than that.
  const isSeen = blocked.some(({ gate }) => gate !== 'probe_evidence_missing');
  if (isSeen || (blocked.length > 0 && reasons.length === 0)) return { state: 'BLOCKED', blocked };
  if (reasons.length > 0 || !('basis' in verdict)) return { state: 'FAILED', reasons };
  return { state: 'COMPLETE', basis: verdict.basis };
}
