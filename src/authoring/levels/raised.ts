import type { Diagnostic } from '../../diagnostics/diagnostic.ts';

/** As an error that says why it is one. */
export function raised(d: Diagnostic, why: string): Diagnostic {
  const note = `this ${d.severity} counts as an error because of ${why}`;
  return { ...d, severity: 'error', help: d.help === undefined ? note : `${note}; ${d.help}` };
}
