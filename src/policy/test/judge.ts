/** One test against what its compile found. In: expectations and facts. Out: what does not hold, and how much was compared. */
import type { Range } from '../../base/span.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { DecodedText } from '../../language/decode/cursor.ts';
import type { Expectations } from './expect.ts';
import type { Facts } from './facts.ts';
import { judgeCounts } from './judge/counts.ts';
import { judgeErrors, judgeWarnings } from './judge/diagnostics.ts';
import { judgeEdges, judgeUntouched } from './judge/edges.ts';
import { judgeFindings } from './judge/findings.ts';
import { judgeInterposers } from './judge/interposers.ts';
import { judgePolicies } from './judge/policies.ts';
import { type Judging, policiesNamed, type Verdict } from './report.ts';

export interface Judged {
  readonly failures: readonly Diagnostic[];
  /** How many comparisons were made; a test with none cannot fail. */
  readonly compared: number;
}

export function judge(
  expected: Expectations,
  facts: Facts,
  place: {
    readonly file: string;
    readonly range: Range;
    /** Names of policies that the test says are running. */
    readonly running?: readonly DecodedText[];
  },
): Judged {
  const verdict: Verdict = { failures: [], compared: 0 };
  const ctx: Judging = { facts, verdict, file: place.file, testRange: place.range };
  const broken = judgeErrors(ctx, expected);
  judgeWarnings(ctx, expected);
  for (const name of place.running ?? []) policiesNamed(ctx, name);
  // Where nothing was linked or planned for a reason that was just told, the rest would only say so again.
  if (!broken) {
    judgeEdges(ctx, expected);
    judgeUntouched(ctx, expected);
    judgeInterposers(ctx, expected);
    judgeFindings(ctx, expected);
    judgePolicies(ctx, expected);
  }
  judgeCounts(ctx, expected, broken);
  return verdict;
}
