/** What a component hears of itself: what it does, and what becomes of what it has asked for. Each listener within bounds. */
import type { InteractionStatus } from '../ir/workspace-status.ts';
import type { RunEvent } from '../runtime/run-options.ts';
import { type EventSink, eventText } from './event-hub.ts';

export interface ComponentEvents {
  readonly tell: (event: RunEvent) => void;
  /** The run has ended. */
  readonly over: () => void;
  /** Of this component, from now on, with what is so now; undefined where as many listen as may. */
  readonly attach: (moniker: string, run: string, sink: EventSink) => (() => void) | undefined;
}

export interface ComponentEventsOptions {
  readonly interactions: () => readonly InteractionStatus[];
  /** Of one component. */
  readonly listeners: number;
  /** Bytes that may wait for one listener. */
  readonly maxPending: number;
}

/** Without what was asked, which can be long: who wants to know asks for it. */
const short = ({ id, kind, state, reason }: InteractionStatus): object => ({
  id,
  kind,
  state,
  ...(reason === undefined ? {} : { reason }),
});

export function createComponentEvents(options: ComponentEventsOptions): ComponentEvents {
  const sinks = new Map<string, Set<EventSink>>();
  const states = new Map<string, string>();
  const send = (moniker: string, text: string): void => {
    const own = sinks.get(moniker);
    for (const sink of own ?? []) {
      if (sink.pending() <= options.maxPending) {
        sink.write(text);
        continue;
      }
      own?.delete(sink);
      sink.end();
    }
  };
  const changed = (id: string): void => {
    const found = options.interactions().find((one) => one.id === id);
    if (found && sinks.has(found.component)) send(found.component, eventText('interaction', short(found)));
  };
  return {
    tell: (event) => {
      if (event.type === 'state') {
        const { moniker, state, restarts } = event.status;
        const text = eventText('state', { moniker, state, restarts });
        states.set(moniker, text);
        send(moniker, text);
      }
      if (event.type !== 'entry') return;
      const { entry } = event;
      if (entry.action !== null || entry.type !== 'progress') return;
      if (entry.data.event === 'interaction-asked' || entry.data.event === 'interaction-answered')
        changed(entry.data.id);
    },
    over: () => {
      for (const own of sinks.values()) for (const sink of own) sink.end();
      sinks.clear();
    },
    attach: (moniker, run, sink) => {
      const own = sinks.get(moniker) ?? new Set();
      if (own.size >= options.listeners) return undefined;
      sinks.set(moniker, own);
      own.add(sink);
      sink.write(eventText('run', { id: run, component: moniker }));
      sink.write(states.get(moniker) ?? '');
      for (const one of options.interactions())
        if (one.component === moniker) sink.write(eventText('interaction', short(one)));
      return () => own.delete(sink);
    },
  };
}
