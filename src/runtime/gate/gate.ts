/** The only place where a run is said to be complete. */
import type { Blocked } from '../../ir/blocked.ts';

export type Ended =
  | { readonly status: 'finished'; readonly code: number }
  | { readonly status: 'failed'; readonly reason: string };

/** What a run that is COMPLETE was judged by. Nothing but the ends of programs, since scenarios declare no probes. */
export type CompletionBasis = 'no_probes_declared';

/** How a run can end, and what it means for whoever started it. */
export type Outcome =
  | { readonly state: 'COMPLETE'; readonly basis: CompletionBasis }
  | { readonly state: 'BLOCKED'; readonly blocked: readonly Blocked[] }
  | { readonly state: 'FAILED'; readonly reasons: readonly string[] }
  | { readonly state: 'CANCELLED'; readonly reason: string };

export const exitCodeOf: Readonly<Record<Outcome['state'], number>> = {
  COMPLETE: 0,
  BLOCKED: 3,
  FAILED: 4,
  CANCELLED: 5,
};

/** Every component has ended; none of them failed, or the run did. */
export function judgeEnd(ends: ReadonlyMap<string, Ended>): Outcome {
  const reasons = [...ends].flatMap(([moniker, end]) => (end.status === 'failed' ? [`${moniker}: ${end.reason}`] : []));
  return reasons.length > 0 ? { state: 'FAILED', reasons } : { state: 'COMPLETE', basis: 'no_probes_declared' };
}
