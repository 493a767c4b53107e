/**
 * Tries, from inside every sandbox, each edge and each non-edge of the plan. What was found is evidence; what differs from the plan closes
 * the run.
 */
import type { JsonValue } from '../../base/json.ts';
import type { Blocked } from '../../ir/blocked.ts';
import { expected, holds, type MatrixRow } from '../../plan/verify/enforcement.ts';
import type { Standing } from '../../ports/authority.ts';
import { recorded } from '../journal/record.ts';
import type { RunContext } from '../run-context.ts';
import { hexDigest, putEvidence, putJson } from '../store/evidence.ts';
import { endedWithItsProcess, type Handler } from './handler.ts';

export const enforcementProve: Handler = {
  replay: 'safe',
  undo: null,
  reconcile: endedWithItsProcess,
  perform: async (run, action, on) => {
    const { record, store, plan, clock } = run;
    return recorded(record, action, on, {}, async () => {
      const [startedAt, began] = [clock.time(), clock.now()];
      const { rows, untried } = await matrixOf(run, on);
      const differing = rows.filter((row) => !holds(row));
      const matrix = putJson(store, { rows, untried } as unknown as JsonValue);
      const passed = differing.length > 0 ? false : untried.length > 0 ? null : true;
      const evidence = putEvidence(
        store,
        [
          { name: 'plan', digest: hexDigest(plan.planDigest) },
          { name: 'matrix', digest: matrix },
        ],
        {
          probeKind: action.type,
          passed,
          outcome: 'completed',
          summary: summaryOf(rows, differing, untried),
          durationSeconds: Math.round(clock.now() - began) / 1000,
          startedAt,
          blobs: [{ name: 'matrix', digest: matrix }],
        },
      );
      if (differing.length === 0) return { value: true, data: { evidence } };
      run.refuse([enforcementDiffers(differing)]);
      run.halt();
      return { value: false, data: { evidence }, fault: summaryOf(rows, differing, untried) };
    });
  },
};

interface Matrix {
  readonly rows: readonly MatrixRow[];
  /** Monikers of components that did not run any more, or whose place nobody could look into. */
  readonly untried: readonly string[];
}

/** One place after the other: what is tried in one does not wait for what another has to do. O(components²) in all. */
async function matrixOf({ placement, lives, stopping }: RunContext, on: Standing): Promise<Matrix> {
  const rows: MatrixRow[] = [];
  const untried: string[] = [];
  for (const moniker of [...lives.keys()].sort()) {
    const tried = stopping.aborted ? undefined : await placement.of(moniker).prove?.(moniker, on);
    if (tried) rows.push(...tried.map((one) => ({ from: moniker, ...one })));
    else untried.push(moniker);
  }
  return { rows, untried };
}

function summaryOf(rows: readonly MatrixRow[], differing: readonly MatrixRow[], untried: readonly string[]): string {
  const missed = untried.length === 0 ? '' : `; nothing was tried from ${untried.join(', ')}`;
  return `${rows.length - differing.length} of ${rows.length} rows are as the plan says${missed}`;
}

/** Each of thousands would hide the others. */
const mostTold = 20;

const enforcementDiffers = (rows: readonly MatrixRow[]): Blocked => ({
  gate: 'enforcement_differs',
  subject: 'run',
  reasons: [
    ...rows
      .slice(0, mostTold)
      .map(
        ({ from, what, target, found }) =>
          `from ${from}: ${what} ${target} is to be ${expected(what)}, and was found ${found}`,
      ),
    ...(rows.length > mostTold ? [`and ${rows.length - mostTold} more`] : []),
  ],
  remedy: 'the edges of this run were not what its plan says; see docs/verify-run.md, and report it with the evidence',
});
