/** How a program of a probe ended, where that alone says what becomes of the probe. */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import type { Executed, Execution } from '../../ports/execution.ts';
import type { ProbeContext, ProbeResult } from './probe.ts';
import { oneLine } from './text.ts';

/** Of each stream; what comes after it is counted and dropped. */
const MOST_OUTPUT = 8 * 1024 * 1024;
const GRACE_MS = 5_000;

export const bounds = (budgetSeconds: number): Pick<Execution, 'budgetMs' | 'graceMs' | 'mostOutputBytes'> => ({
  budgetMs: budgetSeconds * 1_000,
  graceMs: GRACE_MS,
  mostOutputBytes: MOST_OUTPUT,
});

/** Undefined for a program that exited: what that means is for the kind to say. */
export function notExited(
  { ended, fault = 'it could not be run' }: Pick<Executed, 'ended' | 'fault'>,
  what: string,
  budgetSeconds: number,
  redact: ProbeContext['redact'],
): Pick<ProbeResult, 'passed' | 'outcome' | 'summary'> | undefined {
  switch (ended) {
    case 'exited':
      return undefined;
    case 'budget':
      return { passed: false, outcome: 'timeout', summary: oneLine(`${what} took more than ${budgetSeconds} s`) };
    case 'stopped':
      return { passed: null, outcome: 'cancelled', summary: `${what} was ended with the run` };
    case 'error':
      return { passed: null, outcome: 'error', summary: oneLine(`${what}: ${redact(fault)}`) };
  }
}

/** What is kept of any execution. */
export function executionDetails({ ended, code, signal, durationMs, usage = {}, measured }: Executed): JsonObject {
  return {
    ended,
    exitCode: code,
    signal,
    durationMs: Math.round(durationMs),
    usage: usage as unknown as JsonValue as JsonObject,
    ...(measured ? { sandbox: measured } : {}),
  };
}
