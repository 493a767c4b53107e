import { compareText } from '../base/order.ts';
import type { Diagnostic } from './diagnostic.ts';

/** Collects diagnostics; nothing is thrown for a user's mistake. */
export interface Sink {
  report(diagnostic: Diagnostic): void;
  readonly diagnostics: readonly Diagnostic[];
  readonly hasErrors: boolean;
}

export function createSink(): Sink {
  const diagnostics: Diagnostic[] = [];
  const sink = {
    report: (diagnostic: Diagnostic): void => {
      diagnostics.push(diagnostic);
      if (diagnostic.severity === 'error') sink.hasErrors = true;
    },
    diagnostics,
    hasErrors: false,
  };
  return sink;
}

const key = (d: Diagnostic): string =>
  `${d.at?.file ?? ''}\0${String(d.at?.range.start ?? 0).padStart(12, '0')}\0${d.code}\0${d.message}`;

/** File, offset, code, message; exact repeats are dropped (one manifest used many times is reported once). */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keyed = new Map<string, Diagnostic>();
  for (const d of diagnostics) if (!keyed.has(key(d))) keyed.set(key(d), d);
  return [...keyed.entries()].sort(([a], [b]) => compareText(a, b)).map(([, d]) => d);
}
