/** Who listens to a run, each within bounds: one that does not read is dropped and told so, and the run never waits. */
import { canonicalJson, type JsonValue } from '../base/json.ts';
import type { RunEvent } from '../runtime/run-options.ts';
import type { ComponentEventName } from './interaction-schema.ts';
import type { DroppedEvent, Ended, EventName, StateEvent } from './schema.ts';

/** Where the events of one listener go. */
export interface EventSink {
  readonly write: (text: string) => void;
  /** Bytes that were written and not taken yet. */
  readonly pending: () => number;
  /** What was written may still be taken. */
  readonly end: () => void;
}

export interface EventHub {
  readonly tell: (event: RunEvent) => void;
  /** The run has ended: says so, and ends every listener. */
  readonly over: (ended: Ended) => void;
  readonly ended: () => Ended | undefined;
  /** `seq` of the newest entry of the journal; -1 before the first. */
  readonly last: () => number;
  /** From now on, with what components are doing now; answers how to leave. */
  readonly attach: (sink: EventSink) => () => void;
  /** Resolves when a program has said something since `seen`, or the run has ended; at once where that is so. */
  readonly talk: (seen: number, signal: AbortSignal) => Promise<void>;
  /** How often programs have said something. */
  readonly talked: () => number;
}

export interface EventHubOptions {
  /** Bytes that may wait for one listener. */
  readonly maxPending: number;
}

/** As it is sent. With an id, whoever connects again goes on behind it. */
export function eventText(name: EventName | ComponentEventName, data: object, id?: number): string {
  // Entries byte for byte as the journal has them.
  const told = name === 'entry' ? canonicalJson(data as JsonValue) : JSON.stringify(data);
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${told}\n\n`;
}

export function createEventHub({ maxPending }: EventHubOptions): EventHub {
  const sinks = new Set<EventSink>();
  const states = new Map<string, StateEvent>();
  const waiting = new Set<() => void>();
  let ready: string | undefined;
  let last = -1;
  let ended: Ended | undefined;
  let talked = 0;
  const wake = (): void => {
    for (const one of waiting) one();
    waiting.clear();
  };
  const send = (text: string, sent: number): void => {
    for (const sink of sinks) {
      if (sink.pending() <= maxPending) {
        sink.write(text);
        continue;
      }
      sinks.delete(sink);
      sink.write(eventText('dropped', dropped(maxPending, sent)));
      sink.end();
    }
  };
  return {
    last: () => last,
    ended: () => ended,
    talked: () => talked,
    tell: (event) => {
      switch (event.type) {
        case 'entry': {
          const before = last;
          last = event.entry.seq;
          if (sinks.size > 0) send(eventText('entry', event.entry, last), before);
          break;
        }
        case 'state':
          states.set(event.status.moniker, event.status as StateEvent);
          if (sinks.size > 0) send(eventText('state', event.status), last);
          break;
        case 'ready':
          ready = eventText('ready', { exports: event.exports });
          send(ready, last);
          break;
        case 'warning':
          break;
        case 'log':
          talked++;
          wake();
      }
    },
    over: (how) => {
      ended = how;
      send(eventText('end', how), last);
      for (const sink of sinks) sink.end();
      sinks.clear();
      wake();
    },
    attach: (sink) => {
      for (const status of states.values()) sink.write(eventText('state', status));
      if (ready !== undefined && !ended) sink.write(ready);
      if (ended) {
        sink.write(eventText('end', ended));
        sink.end();
        return () => {};
      }
      sinks.add(sink);
      return () => sinks.delete(sink);
    },
    talk: (seen, signal) =>
      new Promise((done) => {
        if (seen !== talked || ended || signal.aborted) return done();
        const leave = (): void => {
          waiting.delete(leave);
          signal.removeEventListener('abort', leave);
          done();
        };
        waiting.add(leave);
        signal.addEventListener('abort', leave);
      }),
  };
}

const dropped = (maxPending: number, lastEventId: number): DroppedEvent => ({
  reason: `more than ${maxPending} bytes were waiting to be read; connect again with this Last-Event-ID`,
  lastEventId,
});
