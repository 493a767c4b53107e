/** Entries that give nothing that another one does not give: whoever takes one out believes that a right is gone. */
import { coversPattern } from '../../base/resource-pattern.ts';
import { timestampOf } from '../../base/timestamp.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Delegation } from '../../ir/authority.ts';
import type { ReadDelegation } from './delegation.ts';

/** Patterns that are held against each other; of a longer file nothing is told, since it would take too long. */
const mostPatterns = 2000;

/** O(patterns²). */
export function reportCovered(read: readonly ReadDelegation[], sink: Sink): void {
  if (read.reduce((sum, { resources }) => sum + resources.length, 0) > mostPatterns) return;
  for (const [index, one] of read.entries()) {
    // Of two that say the same, the second one is told.
    const by = read.find((other, at) => other !== one && covers(other, one) && (at < index || !covers(one, other)));
    if (!by) continue;
    const related = [{ at: by.at, message: 'which is this one' }];
    sink.report(D.coveredDelegation({ id: one.id, by: by.id }, { at: one.at, related }));
  }
}

/** Everything that `inner` gives, and for as long. */
function covers(outer: Delegation, inner: Delegation): boolean {
  return (
    (outer.subject === '*' || outer.subject === inner.subject) &&
    inner.gates.every((gate) => outer.gates.includes(gate)) &&
    endOf(outer) >= endOf(inner) &&
    inner.resources.every((narrow) => outer.resources.some((wide) => coversPattern(wide, narrow)))
  );
}

const endOf = ({ expires }: Delegation): number =>
  (expires === undefined ? undefined : timestampOf(expires)) ?? Number.POSITIVE_INFINITY;
