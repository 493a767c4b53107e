/** A run and its probes as reports for other programs tell them. */
import type { RunStatus } from '../../runtime/status.ts';

export interface ReportedProbe {
  readonly probe: string;
  readonly kind: string;
  readonly required: boolean;
  /** Undefined where nothing is known of it. */
  readonly found: RunStatus['runtimeProbeEvidence'][number] | undefined;
}

export interface ReportedRun extends Pick<RunStatus, 'id' | 'state' | 'startedAt' | 'blocked' | 'reasons'> {
  /** Of the plan, in the order of their names. */
  readonly probes: readonly ReportedProbe[];
}

/** `passed` counts; the others do not, and those that are no reason to stop are `skipped`. */
export type Verdict = 'passed' | 'failed' | 'error' | 'skipped';

export function verdictOn({ required, found }: ReportedProbe): Verdict {
  if (found?.passed === true) return 'passed';
  if (found?.passed === false) return 'failed';
  return required ? 'error' : 'skipped';
}

/** The name of the gate that it closes, or would. */
export function gateOf({ found }: ReportedProbe): string {
  if (!found) return 'probe_evidence_missing';
  if (found.passed === false) return 'probe_failed';
  return found.outcome === 'error' ? 'probe_runner_error' : 'probe_not_assessed';
}

export const summaryOf = ({ found }: ReportedProbe): string =>
  found === undefined ? 'it was not run' : found.passed === null ? `${found.outcome}: ${found.summary}` : found.summary;

/** What runs it again. */
export const retryOfRun = ({ id, state }: ReportedRun, probe: string): string =>
  state === 'RUNNING' ? `headgate probe run ${id} ${probe}` : `headgate resume ${id}`;
