/** What listeners of a run are told, and that one which does not read costs a bounded amount and no time. */
import { describe, expect, it } from 'vitest';
import type { Entry } from '../../../src/language/journal/entry.ts';
import type { RunEvent } from '../../../src/runtime/run-options.ts';
import { createEventHub, type EventSink, eventText } from '../../../src/server/event-hub.ts';

interface Listener extends EventSink {
  readonly told: string[];
  ends: number;
  /** Bytes that nobody has read. */
  unread: number;
  /** Reads everything. */
  readonly read: () => void;
}

function listener(): Listener {
  const one: Listener = {
    told: [],
    ends: 0,
    unread: 0,
    write: (text) => {
      one.told.push(text);
      one.unread += Buffer.byteLength(text);
    },
    pending: () => one.unread,
    end: () => {
      one.ends++;
    },
    read: () => {
      one.unread = 0;
    },
  };
  return one;
}

const entry = (seq: number, padding = ''): RunEvent => ({
  type: 'entry',
  entry: { seq, type: 'cancel', data: { reason: padding } } as unknown as Entry,
});
const state = (moniker: string, what: 'starting' | 'ready'): RunEvent => ({
  type: 'state',
  status: { moniker, state: what, pid: undefined, restarts: 0, lastExit: undefined },
});
const line: RunEvent = { type: 'log', line: { moniker: '/a', stream: 'stdout', at: '', text: 'x' } };
const over = { id: 'run', state: 'CANCELLED', reason: 'enough' } as const;

/** Names of events, with their ids. */
const names = ({ told }: Listener): readonly string[] =>
  told.map((text) => `${/^event: (\w+)$/m.exec(text)?.[1]} ${/^id: (-?\d+)$/m.exec(text)?.[1] ?? '-'}`);

describe('the events of a run', () => {
  it('are told to everybody, entries with their number as id', () => {
    const hub = createEventHub({ maxPending: 1000 });
    const [one, two] = [listener(), listener()];
    hub.tell(entry(0));
    hub.attach(one);
    hub.tell(entry(1));
    hub.attach(two);
    hub.tell({ type: 'ready', exports: { web: 'http://127.0.0.1:1' } });
    hub.over(over);
    expect(names(one)).toEqual(['entry 1', 'ready -', 'end -']);
    expect(names(two)).toEqual(['ready -', 'end -']);
    expect([one.ends, two.ends]).toEqual([1, 1]);
    expect(hub.last()).toBe(1);
  });

  it('begin with what components are doing now, and whether everything is up', () => {
    const hub = createEventHub({ maxPending: 1000 });
    for (const event of [state('/a', 'starting'), state('/b', 'starting'), state('/a', 'ready')]) hub.tell(event);
    hub.tell({ type: 'ready', exports: {} });
    const late = listener();
    hub.attach(late);
    expect(late.told).toEqual([
      'event: state\ndata: {"moniker":"/a","state":"ready","restarts":0}\n\n',
      'event: state\ndata: {"moniker":"/b","state":"starting","restarts":0}\n\n',
      'event: ready\ndata: {"exports":{}}\n\n',
    ]);
  });

  it('are over for whoever comes after the end', () => {
    const hub = createEventHub({ maxPending: 1000 });
    hub.tell({ type: 'ready', exports: {} });
    hub.over(over);
    const late = listener();
    hub.attach(late);
    expect([names(late), late.ends]).toEqual([['end -'], 1]);
  });

  it('hold no line end of their own: a text with one stays one event', () => {
    expect(eventText('entry', { reason: 'a\nb\r\n\nid: 7' }, 3).split('\n')).toHaveLength(5);
  });

  it('are no longer told to somebody who left', () => {
    const hub = createEventHub({ maxPending: 1000 });
    const one = listener();
    hub.attach(one)();
    hub.tell(entry(0));
    hub.over(over);
    expect([one.told, one.ends]).toEqual([[], 0]);
  });
});

describe('a listener that does not read', () => {
  const big = 'x'.repeat(100);
  const maxPending = 1000;

  it('is dropped with an event that says so and where to go on; what is held for it is bounded', () => {
    const hub = createEventHub({ maxPending });
    const slow = listener();
    hub.attach(slow);
    for (let seq = 0; seq < 10_000; seq++) hub.tell(entry(seq, big));
    const last = slow.told.at(-1) ?? '';
    expect(slow.ends).toBe(1);
    const { lastEventId, reason } = JSON.parse(/^data: (.*)$/m.exec(last)?.[1] ?? '') as Record<string, unknown>;
    expect(names(slow).at(-1)).toBe('dropped -');
    expect(names(slow).at(-2)).toBe(`entry ${String(lastEventId)}`);
    expect(reason).toMatch(/more than 1000 bytes .* Last-Event-ID/);
    const largest = Math.max(...slow.told.map((text) => Buffer.byteLength(text)));
    expect(slow.unread <= maxPending + 2 * largest).toBe(true);
  });

  it('is dropped for states as well, and takes nobody with it', () => {
    const hub = createEventHub({ maxPending });
    const [slow, quick] = [listener(), listener()];
    hub.attach(slow);
    hub.attach(quick);
    for (let n = 0; n < 500; n++) {
      hub.tell(state('/a', n % 2 === 0 ? 'starting' : 'ready'));
      quick.read();
    }
    expect(slow.ends).toBe(1);
    expect(quick.told).toHaveLength(500);
    hub.over(over);
    expect([names(quick).at(-1), quick.ends, slow.ends]).toEqual(['end -', 1, 1]);
  });

  it('may go on reading: nothing is dropped that is taken in time', () => {
    const hub = createEventHub({ maxPending });
    const one = listener();
    hub.attach(one);
    for (let seq = 0; seq < 1000; seq++) {
      hub.tell(entry(seq, big));
      if (seq % 5 === 0) one.read();
    }
    expect([one.told.length, one.ends]).toEqual([1000, 0]);
  });
});

describe('whoever waits for lines', () => {
  const still = new AbortController().signal;

  it('is woken by the next one, by the end, and by leaving', async () => {
    const hub = createEventHub({ maxPending: 1000 });
    const seen = hub.talked();
    const waits = hub.talk(seen, still);
    hub.tell(line);
    await waits;
    expect(hub.talked()).toBe(seen + 1);
    const leaving = new AbortController();
    const left = hub.talk(hub.talked(), leaving.signal);
    leaving.abort();
    await left;
    const ends = hub.talk(hub.talked(), still);
    hub.over(over);
    await ends;
  });

  it('does not wait for one that came before it asked', async () => {
    const hub = createEventHub({ maxPending: 1000 });
    const seen = hub.talked();
    hub.tell(line);
    await hub.talk(seen, still);
  });
});
