/** What probes found, as people read it. */
import type { ProbeReport } from '../runtime/probes/report.ts';
import { table } from './table.ts';

type Found = Pick<ProbeReport, 'passed' | 'outcome'>;

/** One word, or two. */
export function verdictOf({ passed, outcome }: Found): string {
  if (passed === true) return 'passed';
  if (passed === false) return outcome === 'timeout' ? 'timeout' : 'failed';
  return outcome === 'completed' ? 'not assessed' : outcome;
}

/** `retry` answers the command that runs one again, for those that have not passed. */
export function probeTable(reports: readonly ProbeReport[], retry: (probe: string) => string): string {
  if (reports.length === 0) return '';
  const rows = reports.map((one) => [
    one.probe,
    one.kind,
    verdictOf(one),
    `${one.durationSeconds} s`,
    one.passed === true ? '-' : retry(one.probe),
    one.summary,
  ]);
  return table([['PROBE', 'KIND', 'VERDICT', 'TOOK', 'RUNS IT AGAIN', 'WHAT IT FOUND'], ...rows]);
}

/** What runs a probe of this run again. */
export const retryOf =
  (id: string, isRunning: boolean) =>
  (probe: string): string =>
    isRunning ? `headgate probe run ${id} ${probe}` : `headgate resume ${id}`;
