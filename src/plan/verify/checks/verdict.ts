/**
 * The verdict once more, from how the components ended and from nothing that the gate wrote; compared with what it wrote. It shares no
 * code with the gate on purpose.
 */
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { Entry } from '../../../language/journal/entry.ts';
import { fault, inspectThere } from '../fault.ts';
import { journalFile } from '../folder.ts';
import type { Readings } from '../read.ts';
import { verdictIn } from '../statement.ts';
import { isStart } from './programs.ts';

export function checkVerdict({ plan, entries }: Readings): readonly Blocked[] {
  const verdict = entries && verdictIn(entries);
  if (!plan || !verdict) return [];
  const reason = whyNot(verdict, plan, entries);
  if (reason === undefined) return [];
  const place = `${journalFile} line ${verdict.seq + 1}`;
  return [fault('verdict_differs', place, `the gate says ${verdict.data.state}, and ${reason}`, inspectThere)];
}

type Verdict = NonNullable<ReturnType<typeof verdictIn>>;

function whyNot({ data }: Verdict, plan: DeploymentPlan, entries: readonly Entry[]): string | undefined {
  const ends = endsOf(plan, entries);
  const failed = [...ends].filter(([, end]) => end === 'failed').map(([moniker]) => moniker);
  const open = [...ends].filter(([, end]) => end !== 'finished').map(([moniker]) => moniker);
  const newest = sinceStart(entries);
  const cancel = newest.find(({ type }) => type === 'cancel');
  switch (data.state) {
    case 'COMPLETE': {
      if (open.length > 0) return `${named(open)} did not end well`;
      const probe = newest.find(({ action, type }) => action?.type === 'env.probe' && type === 'outcome');
      if (probe?.type === 'outcome' && probe.data.state !== 'succeeded') return 'its environment was not fit';
      return undefined;
    }
    case 'FAILED': {
      const told = data.reasons.map((reason) => reason.slice(0, reason.indexOf(': ')));
      const untold = failed.filter((moniker) => !told.includes(moniker));
      if (untold.length > 0) return `does not tell that ${named(untold)} failed`;
      const well = told.filter((moniker) => ends.get(moniker) === 'finished');
      if (well.length > 0) return `${named(well)} ended well`;
      if (told.length === 0) return 'nothing failed';
      return cancel ? 'it was asked to end before' : undefined;
    }
    case 'CANCELLED':
      if (cancel?.type !== 'cancel') return 'nobody asked it to end';
      return cancel.data.reason === data.reason
        ? undefined
        : `it was asked to end for another reason: ${cancel.data.reason}`;
    case 'BLOCKED':
      return data.blocked.length > 0 ? undefined : 'nothing closed';
  }
}

type End = 'finished' | 'failed' | 'ended';

/** Of every component that has a program. `ended`: by the run itself, or never begun. O(entries). */
function endsOf(plan: DeploymentPlan, entries: readonly Entry[]): ReadonlyMap<string, End> {
  const ends = new Map<string, End>();
  for (const { moniker, program } of plan.components) if (program !== null) ends.set(moniker, 'ended');
  for (const entry of entries) {
    const { action } = entry;
    if (action === null || !isStart(action.type) || action.target === null) continue;
    if (entry.type === 'intent') ends.set(action.target, 'ended');
    if (entry.type === 'outcome' || entry.type === 'reconciled') {
      const { state, exit } = entry.data;
      // A service that is up has succeeded, and has no end yet; what an earlier process of headgate left up ended with it.
      const isOver = action.type === 'task.run' || exit !== undefined;
      if (state === 'succeeded') ends.set(action.target, isOver ? 'finished' : 'ended');
      else ends.set(action.target, state === 'cancelled' ? 'ended' : 'failed');
    }
  }
  return ends;
}

/** What the newest process of the run wrote. */
const sinceStart = (entries: readonly Entry[]): readonly Entry[] =>
  entries.slice(entries.findLastIndex(({ type }) => type === 'start'));

const named = (monikers: readonly string[]): string => monikers.join(', ');
