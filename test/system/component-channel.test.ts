/** The channel of a component, over a real socket: what somebody hostile sends there holds up nobody else, and is held in no memory. */
import { mkdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type ChannelBounds, openControlChannel } from '../../src/adapters/relay/control-channel.ts';
import type { EntryContent } from '../../src/language/journal/entry.ts';
import { createInteractions, type Interactions } from '../../src/runtime/interactions/interactions.ts';
import { interactionBounds } from '../../src/runtime/interactions/request.ts';
import { createFold } from '../../src/runtime/journal/fold.ts';
import type { RunEvent } from '../../src/runtime/run-options.ts';
import { createComponentDoor, type DoorBounds } from '../../src/server/component-door.ts';
import { createEventHub } from '../../src/server/event-hub.ts';
import { routes } from '../../src/server/routes.ts';
import type { Served } from '../../src/server/served.ts';
import { type Answer, type Asking, ask as askAt, begin, eventsOf, raw } from '../support/run/control.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
let places = 0;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Place {
  /** Socket of each component. */
  readonly at: Readonly<Record<string, string>>;
  readonly interactions: Interactions;
  readonly written: () => number;
  readonly end: () => void;
  readonly tell: (event: RunEvent) => void;
}

async function open(channel: Partial<ChannelBounds> = {}, bounds: Partial<DoorBounds> = {}): Promise<Place> {
  const folder = join(temp.path, `c${places++}`);
  mkdirSync(folder);
  const known = createFold();
  const over = new AbortController();
  const door = createComponentDoor(bounds);
  let written = 0;
  const interactions = createInteractions({
    runId: 'RUN',
    record: {
      run: (type, data) => {
        const content = { type, action: null, attempt: null, data } as EntryContent;
        const entry = { ...content, actionId: null, seq: written++ } as never;
        known.add(entry);
        door.tell({ type: 'entry', entry });
      },
    },
    state: known.state,
    generationOf: () => 0,
    redact: (text) => text.replaceAll('hush', '[secret]'),
    finalizeOf: () => undefined,
    isOver: () => over.signal.aborted,
  });
  const served = {
    id: 'RUN',
    stateDir: folder,
    monikers: ['/a', '/b'],
    hub: createEventHub({ maxPending: 1 }),
    stop: () => expect.unreachable(),
    probe: () => expect.unreachable(),
    rotated: () => expect.unreachable(),
    vaults: () => expect.unreachable(),
    finalize: () => expect.unreachable(),
    interactions,
    evidence: () => [],
    asks: undefined,
    usage: () => ({ refused: 'over' }),
    meters: new Set(),
    ended: new Promise(() => {}),
  } as unknown as Served;
  door.open(served);
  const at: Record<string, string> = {};
  for (const [index, subject] of ['/a', '/b'].entries()) {
    const opened = await openControlChannel({ folder, name: String(index), subject, door: door.door, bounds: channel });
    closers.push(opened.close);
    at[subject] = opened.path;
  }
  return { at, interactions, written: () => written, end: () => over.abort(), tell: door.tell };
}

const host = { host: '127.0.0.1:20000' };
const ask = (place: Place, path: string, asking: Asking = {}, of = '/a'): Promise<Answer> =>
  askAt(place.at[of] ?? '', path, { ...asking, headers: { ...host, ...asking.headers } });
const confirmation = (more: object = {}): Asking => ({
  method: 'POST',
  body: JSON.stringify({ kind: 'request_confirmation', message: 'May I?', ...more }),
});
const told = ({ text }: Answer): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const closed = (socket: Socket): Promise<string> =>
  new Promise((done) => {
    let text = '';
    socket
      .on('data', (chunk) => {
        text += chunk.toString();
      })
      .on('error', () => {})
      .on('close', () => done(text));
  });

describe('the channel of a component', () => {
  it('tells who asks, whatever it says', async () => {
    const place = await open();
    const first = await ask(place, '/v1/interactions', confirmation({ payload: { by: 'hush' } }));
    expect([first.status, first.headers.location]).toEqual([201, '/v1/interactions/1']);
    expect(told(first)).toEqual({
      id: '1',
      component: '/a',
      kind: 'request_confirmation',
      message: 'May I?',
      payload: { by: '[secret]' },
      state: 'open',
    });
    expect(told(await ask(place, '/v1/interactions', confirmation(), '/b'))).toMatchObject({
      id: '2',
      component: '/b',
    });
    expect((await ask(place, '/v1/interactions', confirmation({ component: '/b' }))).status).toBe(400);
    for (const name of ['component', 'moniker', 'x-component', 'forwarded'])
      expect(
        told(await ask(place, '/v1/interactions', { ...confirmation(), headers: { [name]: '/b' } })),
      ).toMatchObject({
        component: '/a',
      });
  });

  it('gives the same for the same with a key', async () => {
    const place = await open();
    const headers = { 'idempotency-key': 'k' };
    expect((await ask(place, '/v1/interactions', { ...confirmation(), headers })).status).toBe(201);
    const again = await ask(place, '/v1/interactions', { ...confirmation(), headers });
    expect([again.status, told(again)['id'], place.written()]).toEqual([200, '1', 1]);
    const other = await ask(place, '/v1/interactions', { ...confirmation({ message: 'Or not?' }), headers });
    expect([other.status, told(other)['code']]).toEqual([422, 'idempotency_key_reused']);
    expect((await ask(place, '/v1/interactions', { ...confirmation(), headers }, '/b')).status).toBe(201);
    for (const key of ['', 'a b', 'x'.repeat(201)]) {
      const refused = await ask(place, '/v1/interactions', { ...confirmation(), headers: { 'idempotency-key': key } });
      expect([key, refused.status]).toEqual([key, 400]);
    }
  });

  it('shows its own and no other', async () => {
    const place = await open();
    await ask(place, '/v1/interactions', confirmation(), '/b');
    await ask(place, '/v1/interactions', confirmation());
    const own = told(await ask(place, '/v1/interactions'))['interactions'] as readonly { readonly id: string }[];
    expect(own.map(({ id }) => id)).toEqual(['2']);
    expect((await ask(place, '/v1/interactions/2')).status).toBe(200);
    for (const id of ['1', '3', '02', '-1', '2%2Faccept', '%00', '__proto__', 'x'.repeat(4000)])
      expect([id, (await ask(place, `/v1/interactions/${id}`)).status]).toEqual([id, 404]);
  });

  it('never accepts, rejects or does anything else that is for the operator', async () => {
    const place = await open();
    await ask(place, '/v1/interactions', confirmation());
    const own = ['/v1/events', '/v1/evidence', '/v1/interactions', '/v1/interactions/:id'];
    for (const { method, path } of routes.filter((one) => !own.includes(one.path))) {
      const answer = await ask(place, path.replace(':id', '1'), { method });
      expect([path, answer.status, told(answer)['code']]).toEqual([path, 403, 'operator_only']);
    }
    for (const path of [
      '/v1/interactions/../interactions/1/accept',
      '/v1/interactions/%2e%2e/stop',
      '/v1/evidence/../run',
      'http://run/v1/run',
    ])
      expect([path, (await ask(place, path, { method: 'POST' })).status]).toEqual([path, 403]);
    for (const path of ['/', '/v1', '/v2/run', '//v1/run', '/v1/interactions/', '/v1/interactions/1/', '/V1/RUN', '*'])
      expect([path, (await ask(place, path)).status]).toEqual([path, 404]);
    for (const [method, path] of [
      ['DELETE', '/v1/interactions'],
      ['PUT', '/v1/interactions/1'],
      ['POST', '/v1/interactions/1'],
      ['POST', '/v1/evidence'],
    ] as const)
      expect([path, (await ask(place, path, { method })).status]).toEqual([path, 405]);
    expect((await ask(place, '/v1/interactions?component=/b')).status).toBe(400);
    expect(place.interactions.all()).toMatchObject([{ id: '1', state: 'open' }]);
  });

  it('answers no page that a browser in the sandbox shows', async () => {
    const place = await open();
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-origin' },
      { host: 'evil.example' },
      { host: '127.0.0.1.evil.example' },
    ])
      expect((await askAt(place.at['/a'] ?? '', '/v1/interactions', { headers: { ...host, ...headers } })).status).toBe(
        403,
      );
    for (const name of ['localhost', 'localhost:20000', '127.0.0.2:1', '[::1]:80'])
      expect((await ask(place, '/v1/interactions', { headers: { host: name } })).status).toBe(200);
  });

  it('tells what becomes of what it asked, and what it does, and nothing of others', async () => {
    const place = await open();
    await ask(place, '/v1/interactions', confirmation());
    const state = (moniker: string): RunEvent => ({
      type: 'state',
      status: { moniker, state: 'ready', restarts: 0 } as never,
    });
    place.tell(state('/a'));
    place.tell(state('/b'));
    const heard = eventsOf(await begin(place.at['/a'] ?? '', '/v1/events', { headers: host }), 'over');
    await ask(place, '/v1/interactions', confirmation(), '/b');
    await ask(place, '/v1/interactions', confirmation({ kind: 'suggest_tasks' }));
    place.interactions.answer({ id: '1', answer: 'accepted' });
    place.interactions.answer({ id: '2', answer: 'accepted' });
    place.interactions.answer({ id: '3', answer: 'rejected', reason: 'no hush' });
    place.tell(state('/b'));
    for (const close of closers.splice(0)) await close();
    expect((await heard.catch(() => [])).length).toBe(0);
    const again = await open();
    const events = eventsOf(await begin(again.at['/a'] ?? '', '/v1/events', { headers: host }), 'state');
    await ask(again, '/v1/interactions', confirmation());
    await ask(again, '/v1/interactions', confirmation(), '/b');
    again.interactions.answer({ id: '1', answer: 'rejected', reason: 'no hush' });
    again.tell(state('/b'));
    again.tell(state('/a'));
    expect((await events).map(({ name, data }) => [name, data])).toEqual([
      ['run', { id: 'RUN', component: '/a' }],
      ['interaction', { id: '1', kind: 'request_confirmation', state: 'open' }],
      ['interaction', { id: '1', kind: 'request_confirmation', state: 'rejected', reason: 'no [secret]' }],
      ['state', { moniker: '/a', state: 'ready', restarts: 0 }],
    ]);
  });

  it('takes so much and no more', async () => {
    const place = await open();
    const answers = await Promise.all(
      [...Array(interactionBounds.open + 20)].map((_, n) =>
        ask(place, '/v1/interactions', { ...confirmation(), headers: { 'idempotency-key': `k${n}` } }).catch(
          () => undefined,
        ),
      ),
    );
    expect(answers.filter((one) => one?.status === 201).length).toBeLessThanOrEqual(interactionBounds.open);
    for (let n = 0; place.interactions.all().length < interactionBounds.open; n++)
      await ask(place, '/v1/interactions', { ...confirmation(), headers: { 'idempotency-key': `m${n}` } });
    const refused = await ask(place, '/v1/interactions', confirmation());
    expect([refused.status, told(refused)['code'], place.written()]).toEqual([
      429,
      'too_many_interactions',
      interactionBounds.open,
    ]);
    expect((await ask(place, '/v1/interactions', confirmation(), '/b')).status).toBe(201);
  });

  it.each([
    ['a message', confirmation({ message: 'x'.repeat(9000) }), 413],
    ['a payload', confirmation({ payload: { a: 'x'.repeat(70_000) } }), 413],
    ['a body', confirmation({ payload: { a: 'x'.repeat(400_000) } }), 413],
    ['depth', { method: 'POST', body: `${'['.repeat(70_000)}` }, 400],
    ['an escape', confirmation({ message: '\u001b[2J' }), 400],
    ['no body', { method: 'POST' }, 400],
  ] as const)('refuses %s that is too much', async (_, asking, status) => {
    const place = await open();
    const answer = await ask(place, '/v1/interactions', asking);
    expect([answer.status, typeof told(answer)['remedy'], place.written()]).toEqual([status, 'string', 0]);
  });

  it('refuses a head that is too large, and what is no request', async () => {
    const place = await open();
    const path = place.at['/a'] ?? '';
    expect(await raw(path, `GET /v1/evidence HTTP/1.1\r\nhost: localhost\r\nx: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
    expect(await raw(path, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"request_malformed"/);
    for (const head of [
      'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: localhost',
      'GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket',
    ])
      expect(await raw(path, `${head}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
    expect((await ask(place, '/v1/evidence')).status).toBe(200);
  });

  it('ends connections that say nothing, stop in the middle, or read nothing, and there are only so many', async () => {
    const place = await open({ headMs: 200, requestMs: 400, connections: 4 }, { takeMs: 400 });
    const path = place.at['/a'] ?? '';
    const silent = closed(connect(path));
    const head = connect(path);
    head.write('POST /v1/interactions HTTP/1.1\r\nhost: loc');
    const body = connect(path);
    body.write('POST /v1/interactions HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\n{"kind":');
    const drip = setInterval(() => body.write(' '), 50);
    const deaf = connect(path).pause();
    deaf.write('GET /v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n');
    await new Promise((done) => setTimeout(done, 50));
    // More than there may be at once.
    expect(await closed(connect(path))).toBe('');
    // That of another is its own.
    expect((await ask(place, '/v1/evidence', {}, '/b')).status).toBe(200);
    expect(await silent).toMatch(/^HTTP\/1\.1 408 /);
    expect(await closed(head)).toMatch(/^HTTP\/1\.1 408 /);
    expect(await closed(body)).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
    deaf.destroy();
    expect((await ask(place, '/v1/evidence')).status).toBe(200);
    expect(place.written()).toBe(0);
  });

  it('drops whoever sends more requests than it waits for, and holds no answers for who does not read', async () => {
    const place = await open({}, { takeMs: 300 });
    const path = place.at['/a'] ?? '';
    for (let n = 0; n < 20; n++)
      await ask(place, '/v1/interactions', confirmation({ payload: { a: 'x'.repeat(60_000) } }));
    const flood = connect(path);
    const end = closed(flood);
    flood.write('GET /v1/interactions HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(500));
    await end;
    const deaf = connect(path).pause();
    deaf.on('error', () => {});
    deaf.write('GET /v1/interactions HTTP/1.1\r\nhost: localhost\r\n\r\n');
    // Who comes next waits until that one was given up.
    expect((await ask(place, '/v1/evidence')).status).toBe(200);
    deaf.destroy();
  });

  it('has room for so many listeners, and drops one that does not read', async () => {
    const place = await open({}, { maxPending: 2_000, listeners: 2 });
    const path = place.at['/a'] ?? '';
    const deaf = await begin(path, '/v1/events', { headers: host });
    deaf.socket.pause();
    deaf.pause();
    const other = await begin(path, '/v1/events', { headers: host });
    const refused = await ask(place, '/v1/events');
    expect([refused.status, told(refused)['code']]).toEqual([503, 'too_many_readers']);
    const heard = eventsOf(other, 'never');
    for (let n = 0; n < 20_000; n++)
      place.tell({ type: 'state', status: { moniker: '/a', state: 'ready', restarts: n } as never });
    // It was dropped, so there is room for another.
    const next = await begin(path, '/v1/events', { headers: host });
    expect(next.statusCode).toBe(200);
    next.destroy();
    deaf.destroy();
    other.destroy();
    await heard.catch(() => {});
  });

  it('says so when the run is over', async () => {
    const place = await open();
    place.end();
    const answer = await ask(place, '/v1/interactions', confirmation());
    expect([answer.status, told(answer)['code'], place.written()]).toEqual([409, 'run_over', 0]);
  });
});
