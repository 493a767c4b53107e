/** Readers of a run's events that are slow, over a real socket: what is held for them is bounded, and nobody waits. */
import { mkdirSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/language/journal/entry.ts';
import { noInteractions } from '../../src/runtime/interactions/interactions.ts';
import { createEventHub, type EventHub } from '../../src/server/event-hub.ts';
import type { Ended } from '../../src/server/schema.ts';
import { type Interface, serve } from '../../src/server/serve.ts';
import { begin, eventsOf, type ServerEvent } from '../support/run/control.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const id = '20300102-030405-678a';
const maxPending = 1024 * 1024;
const over: Ended = { id, state: 'CANCELLED', reason: 'enough' };
const entry = (seq: number): Entry =>
  ({ version: 2, seq, type: 'cancel', action: null, attempt: null, data: { reason: 'x'.repeat(1000) } }) as Entry;

let opened: Interface | undefined;
let places = 0;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** The interface of a run that does what the test says. */
async function open(journal = ''): Promise<EventHub> {
  const stateDir = join(temp.path, `state${places++}`);
  const folder = join(stateDir, 'runs', id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'journal.ndjson'), journal);
  const hub = createEventHub({ maxPending });
  const ended = new Promise<Ended>(() => {});
  opened = await serve({
    id,
    stateDir,
    monikers: ['/a'],
    hub,
    stop: () => {},
    probe: async () => ({ probes: [] }),
    rotated: async () => [],
    vaults: async () => ({}),
    resolve: async () => undefined,
    authority: () => ({ id, delegation: null, delegations: [], rights: [] }),
    revoke: () => undefined,
    interactions: noInteractions(id),
    evidence: () => [],
    finalize: async () => ({ workspaces: [] }),
    asks: undefined,
    usage: () => ({ refused: 'over' }),
    meters: new Set(),
    ended,
  });
  return hub;
}

/** Reads nothing until it is asked to. */
async function reader(from?: number): Promise<IncomingMessage> {
  const headers = from === undefined ? {} : { 'last-event-id': String(from) };
  const response = await begin(opened?.socket ?? '', '/v1/events', { headers });
  response.socket.pause();
  response.pause();
  return response;
}
const read = (response: IncomingMessage): Promise<readonly ServerEvent[]> => {
  response.socket.resume();
  return eventsOf(response);
};
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));
const seqs = (events: readonly ServerEvent[]): readonly number[] =>
  events.flatMap(({ name, id: at }) => (name === 'entry' ? [Number(at)] : []));

describe('a reader that is slow', () => {
  it('is dropped while the run goes on, and comes back for what it missed', async () => {
    const count = 20_000;
    const hub = await open([...Array(count).keys()].map((seq) => `${JSON.stringify(entry(seq))}\n`).join(''));
    const slow = await reader();
    await turn();
    for (let seq = 0; seq < count; seq++) {
      hub.tell({ type: 'entry', entry: entry(seq) });
      if (seq % 100 === 0) await turn();
    }
    const heard = await read(slow);
    const dropped = heard.at(-1);
    expect(dropped?.name).toBe('dropped');
    const last = Number(dropped?.data['lastEventId']);
    expect(seqs(heard)).toEqual([...Array(last + 1).keys()]);
    // Of twenty megabytes, what waited here, and what the kernel holds for a socket.
    expect(last < count / 2).toBe(true);
    const back = await begin(opened?.socket ?? '', '/v1/events', { headers: { 'last-event-id': String(last) } });
    const rest = eventsOf(back);
    await turn();
    hub.over(over);
    expect(seqs(await rest)).toEqual([...Array(count - last - 1).keys()].map((n) => n + last + 1));
    expect((await rest).at(-1)).toMatchObject({ name: 'end', data: over });
  });

  it('is not dropped for what it is sent from the journal, and misses nothing that comes meanwhile', async () => {
    const count = 5_000;
    const hub = await open([...Array(count).keys()].map((seq) => `${JSON.stringify(entry(seq))}\n`).join(''));
    for (let seq = 0; seq < count - 100; seq++) hub.tell({ type: 'entry', entry: entry(seq) });
    const slow = await reader(-1);
    for (let n = 0; n < 50; n++) await turn();
    for (let seq = count - 100; seq < count; seq++) hub.tell({ type: 'entry', entry: entry(seq) });
    const heard = read(slow);
    hub.tell({ type: 'ready', exports: {} });
    hub.over(over);
    expect(seqs(await heard)).toEqual([...Array(count).keys()]);
    expect((await heard).at(-1)).toMatchObject({ name: 'end' });
  });
});
