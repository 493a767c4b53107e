import type { PolicyLimits } from '../../ports/policy-client.ts';
import { type PassEnd, seconds, since } from './http.ts';

/** One call of `ask`. */
export interface Pass {
  readonly limits: PolicyLimits;
  readonly end: PassEnd;
  readonly start: number;
  readonly progress: (line: string) => void;
}

/** The pass as one question has it: with limits of its own, and a deadline that never lies behind that of all. */
export function passOf(pass: Pass, limits: PolicyLimits | undefined): Pass {
  if (!limits) return pass;
  const { totalMs } = limits;
  if (totalMs >= pass.limits.totalMs) return { ...pass, limits };
  const own = AbortSignal.timeout(Math.max(1, totalMs - since(pass.start)));
  const over = (): boolean => own.aborted && pass.end.phase() === undefined;
  return {
    ...pass,
    limits,
    end: {
      signal: AbortSignal.any([pass.end.signal, own]),
      phase: () => pass.end.phase() ?? (own.aborted ? 'deadline' : undefined),
      message: () => (over() ? `this policy has ${seconds(totalMs)}, and that time is over` : pass.end.message()),
    },
  };
}
