/**
 * The verdict once more, from how the components ended and from nothing that the gate wrote; compared with what it wrote. It shares no
 * code with the gate on purpose.
 */
import { own } from '../../../base/json.ts';
import { copyNamed } from '../../../ir/action.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import type { Entry } from '../../../language/journal/entry.ts';
import { fault, inspectThere } from '../fault.ts';
import { journalFile } from '../folder.ts';
import { closedBy, declaredIn, endsByItself, requiredIn } from '../probes.ts';
import type { Readings } from '../read.ts';
import { verdictIn } from '../statement.ts';
import { isStart } from './programs.ts';

export function checkVerdict(readings: Readings): readonly Blocked[] {
  const { plan, entries } = readings;
  const verdict = entries && verdictIn(entries);
  if (!plan || !verdict) return [];
  const reason = whyNot(verdict, plan, entries, closedBy(plan, readings));
  if (reason === undefined) return [];
  const place = `${journalFile} line ${verdict.seq + 1}`;
  return [fault('verdict_differs', place, `the gate says ${verdict.data.state}, and ${reason}`, inspectThere)];
}

type Verdict = NonNullable<ReturnType<typeof verdictIn>>;

function whyNot(
  { data }: Verdict,
  plan: DeploymentPlan,
  entries: readonly Entry[],
  closed: ReadonlyMap<string, string>,
): string | undefined {
  const ends = endsOf(plan, entries);
  const failed = [...ends].filter(([, end]) => end === 'failed').map(([moniker]) => moniker);
  // A run that ends by its probes stops its services when they have been judged.
  const isOpen = (moniker: string, end: End): boolean =>
    end === 'failed' || (end === 'ended' && !(endsByItself(plan) && isService(plan, moniker)));
  const open = [...ends].filter(([moniker, end]) => isOpen(moniker, end)).map(([moniker]) => moniker);
  const newest = sinceStart(entries);
  const cancel = newest.find(({ type }) => type === 'cancel');
  if (data.state === 'COMPLETE') {
    if (open.length > 0) return `${open.join(', ')} did not end well`;
    const probe = newest.find(({ action, type }) => action?.type === 'env.probe' && type === 'outcome');
    if (probe?.type === 'outcome' && probe.data.state !== 'succeeded') return 'its environment was not fit';
    const unconfirmed = unconfirmedIn(plan, newest);
    if (unconfirmed.length > 0) return `${unconfirmed.join(', ')} was not confirmed`;
    if (closed.size > 0) return `of its probes ${told(closed)}`;
    const untaken = untakenIn(entries);
    if (untaken.length > 0) return `what was done in ${untaken.join(', ')} was not taken over`;
    const wanted = basisOf(plan);
    return data.basis === wanted ? undefined : `gives ${data.basis} as its basis, which is ${wanted}`;
  }
  switch (data.state) {
    case 'FAILED': {
      const named = data.reasons.map((reason) => reason.slice(0, reason.indexOf(': ')));
      const untold = failed.filter((moniker) => !named.includes(moniker));
      if (untold.length > 0) return `does not tell that ${untold.join(', ')} failed`;
      const well = named.filter((moniker) => ends.get(moniker) === 'finished');
      if (well.length > 0) return `${well.join(', ')} ended well`;
      if (named.length === 0) return 'nothing failed';
      return cancel ? 'it was asked to end before' : undefined;
    }
    case 'CANCELLED':
      if (cancel?.type !== 'cancel') return 'nobody asked it to end';
      if (newest.some((entry) => entry.type === 'progress' && 'event' in entry.data && entry.data.event === 'judged'))
        return 'it had been judged before it was asked to end';
      return cancel.data.reason === data.reason
        ? undefined
        : `it was asked to end for another reason: ${cancel.data.reason}`;
    case 'BLOCKED':
      return data.blocked.length > 0 ? whyNotBlocked(data.blocked, closed) : 'nothing closed';
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

/** Copies of workspaces that were made, and of which nothing says that they were taken over or given up since. O(entries). */
function untakenIn(entries: readonly Entry[]): readonly string[] {
  const open = new Set<string>();
  for (const { action, type, data } of entries) {
    if (action === null || (type !== 'outcome' && type !== 'reconciled') || action.target === null) continue;
    if (action.type === 'workspace.prepare' && data.state === 'succeeded') open.add(action.target);
    const isTaken = data.state === 'succeeded' || data.workspace?.abandoned !== undefined;
    if (action.type === 'workspace.finalize' && isTaken) open.delete(action.target);
  }
  return [...open];
}

/** Copies of which the changes were given up, and not made anew since, each with the reason that was given. O(entries). */
export function givenUpIn(
  entries: readonly Entry[],
): readonly { readonly workspace: string; readonly reason: string }[] {
  const found = new Map<string, string>();
  for (const { action, type, data } of entries) {
    if (action === null || (type !== 'outcome' && type !== 'reconciled') || action.target === null) continue;
    if (action.type === 'workspace.prepare' && data.state === 'succeeded') found.delete(action.target);
    const reason = action.type === 'workspace.finalize' ? data.workspace?.abandoned : undefined;
    if (reason !== undefined) found.set(action.target, reason);
  }
  return [...found].map(([target, reason]) => ({
    workspace: copyNamed({ type: 'workspace.finalize', target }),
    reason,
  }));
}

/** What the newest process of the run wrote. */
const sinceStart = (entries: readonly Entry[]): readonly Entry[] =>
  entries.slice(entries.findLastIndex(({ type }) => type === 'start'));

/** Monikers of tasks that may ask, and of which nobody wrote down that all that they asked was accepted. */
const unconfirmedIn = (plan: DeploymentPlan, newest: readonly Entry[]): readonly string[] =>
  plan.components.flatMap(({ moniker, program }) => {
    const { control, restart } = own(plan.runtime?.components ?? {}, moniker) ?? {};
    if (!control || restart !== 'never' || program === null) return [];
    const outcome = newest.findLast(
      ({ action, type }) => action?.type === 'gate.confirm' && action.target === moniker && type === 'outcome',
    );
    return outcome?.type === 'outcome' && outcome.data.state === 'succeeded' ? [] : [moniker];
  });

const told = (closed: ReadonlyMap<string, string>): string =>
  [...closed].map(([name, gate]) => `${name} closes ${gate}`).join(', ');

const isService = ({ runtime }: DeploymentPlan, moniker: string): boolean =>
  own(runtime?.components ?? {}, moniker)?.restart !== 'never';

function basisOf(plan: DeploymentPlan): string {
  if (declaredIn(plan) === 0) return 'no_probes_declared';
  return requiredIn(plan).length === 0 ? 'no_probes_required' : 'probes_passed';
}

const probeGates = ['probe_evidence_missing', 'probe_failed', 'probe_runner_error', 'probe_not_assessed'];

/** What closes for another reason than a probe was seen where it ran, and cannot be seen here; it makes no verdict better. */
function whyNotBlocked(blocked: readonly Blocked[], closed: ReadonlyMap<string, string>): string | undefined {
  const ofProbes = blocked.filter(({ gate }) => probeGates.includes(gate));
  for (const { gate, subject } of ofProbes) {
    // A file of the subject may have changed since, which no evidence shows.
    if (gate === 'probe_evidence_missing' || closed.get(subject) === gate) continue;
    return `${subject} closes ${closed.get(subject) ?? 'nothing'}, and not ${gate}`;
  }
  if (ofProbes.length === 0) return undefined;
  const subjects = new Set(blocked.map(({ subject }) => subject));
  const untold = [...closed].filter(([name]) => !subjects.has(name));
  return untold.length === 0 ? undefined : `does not tell that ${told(new Map(untold))}`;
}
