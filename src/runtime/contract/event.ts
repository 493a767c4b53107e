/**
 * An entry of a journal as an event of a contract. What is told of it is named here, field by field: measurements, addresses and whatever
 * an entry may say one day stay out.
 */
import type { JsonObject, JsonValue } from '../../base/json.ts';
import { type ActionState, actionId } from '../../ir/action.ts';
import type { EventType } from '../../language/contract/vocabulary.ts';
import type { Entry } from '../../language/journal/entry.ts';

export interface OperationEvent {
  readonly seq: number;
  readonly at: string;
  readonly type: EventType;
  /** Id of the action; null for the run as a whole. */
  readonly action: string | null;
  readonly attempt: number | null;
  readonly idempotencyKey: string | null;
  readonly details: JsonObject;
}

export const eventOf = (entry: Entry): OperationEvent => ({
  seq: entry.seq,
  at: entry.at,
  type: typeOf(entry),
  action: entry.action && actionId(entry.action),
  attempt: entry.attempt,
  idempotencyKey: entry.idempotencyKey,
  details: { entry: entry.type, ...detailsOf(entry) },
});

/** `unknown` is no success: an effect that may have been had is told as a failure, and its details say which. */
const ofState: Readonly<Record<ActionState, EventType>> = {
  succeeded: 'complete',
  failed: 'failure',
  unknown: 'failure',
  cancelled: 'cancel',
  skipped: 'cancel',
};

function typeOf(entry: Entry): EventType {
  switch (entry.type) {
    case 'intent':
      return 'start';
    case 'outcome':
    case 'reconciled':
      return ofState[entry.data.state];
    case 'gate':
      return entry.data.state === 'COMPLETE' ? 'complete' : entry.data.state === 'CANCELLED' ? 'cancel' : 'failure';
    case 'usage':
      return 'progress';
    default:
      return entry.type;
  }
}

function detailsOf(entry: Entry): JsonObject {
  switch (entry.type) {
    case 'start':
      return picked(entry.data, ['resumed', 'redo']);
    case 'progress':
      return ofProgress(entry);
    case 'outcome': {
      const { probe, fault } = entry.data;
      const found = probe && { probe: probe.outcome, passed: probe.passed };
      return { ...picked(entry.data, ['state', 'exit', 'ran', 'reason']), ...(fault && { reason: fault }), ...found };
    }
    case 'intent':
      return picked(entry.data, ['reason', 'authority']);
    case 'failure':
      return picked(entry.data, ['exit']);
    case 'retry':
      return picked(entry.data, ['afterMs', 'exit', 'restart', 'most']);
    case 'reconciled':
      return picked(entry.data, ['state', 'exit', 'ran', 'from']);
    case 'usage':
      return picked(entry.data, ['budgets']);
    case 'cancel':
      return picked(entry.data, ['reason', 'budget']);
    case 'gate':
      return picked(entry.data, ['state', 'basis', 'blocked', 'reasons', 'reason', 'budget']);
  }
}

function ofProgress({ data }: Extract<Entry, { readonly type: 'progress' }>): JsonObject {
  switch (data.event) {
    case 'secret-rotated':
    case 'secret-reacted':
      return { event: data.event, secret: `${data.vault}/${data.key}`, ...picked(data, ['authority']) };
    case 'authority-ended':
      return picked(data, ['event', 'delegation', 'how', 'reason']);
    default:
      return picked(data, ['event', 'bytes', 'basis', 'blocked']);
  }
}

const picked = (data: object, names: readonly string[]): JsonObject =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = (data as Readonly<Record<string, JsonValue | undefined>>)[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
