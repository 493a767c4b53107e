/** A run as spans, told by its journal: what is an action there is a span here. */

import { actionId, copyNamed, isOfCopy, probeNamed } from '../../ir/action.ts';
import type { Entry } from '../../language/journal/entry.ts';
import type { Span, SpanAttributes } from '../../ports/tracer.ts';
import type { Outcome } from '../gate/outcome.ts';
import type { ProbeRecord } from './probe-records.ts';

export interface RunSpans {
  /** To be told of every entry that this process writes. */
  readonly entry: (entry: Entry) => void;
  /** Ends whatever is still open, for instance because the journal could not be written any more. */
  readonly over: () => void;
}

/** `run` is ended by the gate of the run. */
export function createRunSpans(run: Span): RunSpans {
  const open = new Map<string, Span>();
  const end = (id: string, attributes: SpanAttributes, fault?: string): boolean => {
    const span = open.get(id);
    open.delete(id);
    span?.end(attributes, fault);
    return span !== undefined;
  };
  const over = (): void => {
    for (const id of [...open.keys()]) end(id, { 'headgate.outcome': 'unknown' }, 'unknown');
  };
  const ofRun = (entry: Extract<Entry, { readonly action: null }>): void => {
    if (entry.type === 'cancel') run.note('cancel');
    if (entry.type === 'progress' && entry.data.event !== 'torn-end-cut-off') run.note(entry.data.event);
    if (entry.type !== 'gate') return;
    over();
    const { state } = entry.data;
    const told = { 'headgate.run.state': state, ...gatesIn(entry.data) };
    run.start('gate.complete', told).end({ 'headgate.outcome': 'succeeded' });
    run.end(told, state === 'COMPLETE' || state === 'CANCELLED' ? undefined : state);
  };
  return {
    entry: (entry) => {
      if (entry.action === null) return ofRun(entry);
      const { type, target } = entry.action;
      const id = actionId(entry.action);
      const about = {
        'headgate.attempt': entry.attempt,
        ...(target === null
          ? {}
          : type === 'probe.run'
            ? { 'headgate.probe': probeNamed(entry.action) }
            : isOfCopy(entry.action)
              ? { 'headgate.workspace': copyNamed(entry.action) }
              : { 'headgate.component': target }),
      };
      switch (entry.type) {
        case 'intent':
          open.set(id, run.start(type, about));
          return;
        case 'failure': {
          const outcome = { 'headgate.outcome': 'failed', ...exitIn(entry.data) };
          if (!end(id, outcome, 'failed')) run.note('ended', { ...about, ...outcome });
          return;
        }
        case 'retry':
          run.note('retry', about);
          return;
        case 'reconciled':
          run.note('reconciled', { ...about, 'headgate.outcome': entry.data.state, ...exitIn(entry.data) });
          return;
        case 'outcome': {
          const { state } = entry.data;
          const outcome = { 'headgate.outcome': state, ...exitIn(entry.data), ...probeIn(entry.data) };
          if (end(id, outcome, state === 'failed' || state === 'unknown' ? state : undefined)) return;
          // It was never begun; or it was begun, and its span has ended already.
          if (state === 'skipped') run.start(type, about).end(outcome);
          else run.note('ended', { ...about, ...outcome });
          return;
        }
        case 'progress':
          return;
      }
    },
    over: () => {
      over();
      run.end({}, 'unknown');
    },
  };
}

/** What it found, without the words: those may be of what was looked at. */
function probeIn({ probe }: { readonly probe?: ProbeRecord['found'] }): SpanAttributes {
  if (!probe) return {};
  const { kind, passed, outcome, reused = false } = probe;
  return {
    'headgate.probe.kind': kind,
    'headgate.probe.passed': passed === null ? 'unknown' : String(passed),
    'headgate.probe.outcome': outcome,
    'headgate.probe.reused': reused,
  };
}

/** A status or a signal. What else is said of an end may name files and arguments, which config may have made. */
function exitIn({ exit }: { readonly exit?: string }): SpanAttributes {
  if (exit === undefined) return {};
  const [plain] = /\bstatus \d+\b|\bSIG[A-Z0-9]+\b/.exec(exit) ?? ['fault'];
  return { 'headgate.exit': plain };
}

function gatesIn(outcome: Outcome): SpanAttributes {
  const gates = outcome.state === 'BLOCKED' ? outcome.blocked.map(({ gate }) => gate) : [];
  return gates.length === 0 ? {} : { 'headgate.blocked': [...new Set(gates)].sort().join(',') };
}
