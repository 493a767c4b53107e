import type { Diagnostic, Severity } from '../diagnostic.ts';

export type Counts = Readonly<Record<Severity, number>>;

export function countBySeverity(diagnostics: readonly Diagnostic[]): Counts {
  const counts = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const d of diagnostics) counts[d.severity]++;
  return counts;
}

/** `2 errors, 1 warning` */
export function summaryLine(counts: Counts): string {
  const parts: string[] = [];
  for (const severity of ['error', 'warning', 'info', 'hint'] as const) {
    const count = counts[severity];
    if (count > 0) parts.push(`${count} ${severity}${count === 1 ? '' : 's'}`);
  }
  return parts.join(', ');
}
