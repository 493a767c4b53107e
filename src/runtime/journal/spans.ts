/** A run as spans, told by its journal: what is an action there is a span here. */
import type { JsonObject } from '../../base/json.ts';
import type { Span, SpanAttributes } from '../../ports/tracer.ts';
import type { Entry } from '../journal/entry.ts';

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
  const ofRun = ({ type, data }: Entry): void => {
    if (type === 'cancel') run.note('cancel');
    if (type === 'progress' && data['event'] === 'ready') run.note('ready');
    if (type !== 'gate') return;
    over();
    const told = { 'headgate.run.state': String(data['state']), ...gatesIn(data) };
    run.start('gate.complete', told).end({ 'headgate.outcome': 'succeeded' });
    run.end(told, ['COMPLETE', 'CANCELLED'].includes(String(data['state'])) ? undefined : String(data['state']));
  };
  return {
    entry: (entry) => {
      const { type: event, actionId: id, attempt, data } = entry;
      if (id === null) return ofRun(entry);
      const [type, target] = partsOf(id);
      const about = {
        'headgate.attempt': attempt ?? 0,
        ...(target === undefined ? {} : { 'headgate.component': target }),
      };
      const exit = exitIn(data);
      const outcome = { 'headgate.outcome': event === 'failure' ? 'failed' : String(data['state']), ...exit };
      switch (event) {
        case 'intent':
          open.set(id, run.start(type, about));
          return;
        case 'failure':
          if (!end(id, outcome, 'failed')) run.note('ended', { ...about, ...outcome });
          return;
        case 'retry':
          run.note('retry', about);
          return;
        case 'reconciled':
          run.note('reconciled', { ...about, ...outcome });
          return;
        case 'outcome':
          if (end(id, outcome, faultOf(data))) return;
          // It was never begun; or it was begun, and its span has ended already.
          if (data['state'] === 'skipped') run.start(type, about).end(outcome);
          else run.note('ended', { ...about, ...outcome });
      }
    },
    over: () => {
      over();
      run.end({}, 'unknown');
    },
  };
}

/** Ids of actions: the type, and where it is not the whole run, a colon and the moniker. */
function partsOf(id: string): readonly [string, string | undefined] {
  const colon = id.indexOf(':');
  return colon < 0 ? [id, undefined] : [id.slice(0, colon), id.slice(colon + 1)];
}

/** A status or a signal. What else is said of an end may name files and arguments, which config may have made. */
function exitIn({ exit }: JsonObject): SpanAttributes {
  if (typeof exit !== 'string') return {};
  const [plain] = /\bstatus \d+\b|\bSIG[A-Z0-9]+\b/.exec(exit) ?? ['fault'];
  return { 'headgate.exit': plain };
}

const faultOf = ({ state }: JsonObject): string | undefined =>
  state === 'failed' || state === 'unknown' ? state : undefined;

function gatesIn({ blocked }: JsonObject): SpanAttributes {
  const gates = (Array.isArray(blocked) ? blocked : []).map((one) => String((one as JsonObject)['gate']));
  return gates.length === 0 ? {} : { 'headgate.blocked': [...new Set(gates)].sort().join(',') };
}
