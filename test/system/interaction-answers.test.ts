/** What the operator is answered at the socket of a run, for each thing that a finalize can be. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, afterEach, expect, it } from 'vitest';
import { type FinalizeState, finalizeStates } from '../../src/ir/workspace-status.ts';
import type { EntryContent } from '../../src/language/journal/entry.ts';
import { createInteractions } from '../../src/runtime/interactions/interactions.ts';
import { createFold } from '../../src/runtime/journal/fold.ts';
import type { Finalized, FinalizeHow } from '../../src/runtime/workspaces/finalize-request.ts';
import { createEventHub } from '../../src/server/event-hub.ts';
import { type Interface, serve } from '../../src/server/serve.ts';
import { type Answer, type Asking, ask } from '../support/run/control.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);
const id = '20300102-030405-678a';
let opened: Interface | undefined;
let places = 0;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

const document = JSON.parse(readFileSync('schemas/control.openapi.json', 'utf8')) as object;
const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, 'control');
function fits(name: string, value: unknown): void {
  const check = ajv.compile({ $ref: `control#/components/schemas/${name}` });
  expect(check(value), `${name}: ${JSON.stringify(check.errors)} of ${JSON.stringify(value)}`).toBe(true);
}

interface Place {
  finalize: FinalizeState | undefined;
  finalized: Finalized;
  readonly asked: (readonly [string | undefined, FinalizeHow])[];
}

async function open(): Promise<Place> {
  const stateDir = join(temp.path, `state${places++}`);
  mkdirSync(join(stateDir, 'runs', id), { recursive: true });
  writeFileSync(join(stateDir, 'runs', id, 'journal.ndjson'), '');
  const place: Place = { finalize: undefined, finalized: { workspaces: [] }, asked: [] };
  const known = createFold();
  const interactions = createInteractions({
    runId: id,
    record: {
      run: (type, data) => known.add({ type, action: null, attempt: null, data } as EntryContent as never),
    },
    state: known.state,
    generationOf: () => 0,
    redact: (text) => text.replaceAll('hush', '[secret]'),
    finalizeOf: (moniker) => (moniker === '/build' ? place.finalize : undefined),
    isOver: () => false,
  });
  opened = await serve({
    id,
    stateDir,
    monikers: ['/build', '/other'],
    hub: createEventHub({ maxPending: 1024 }),
    stop: () => {},
    probe: async () => ({ probes: [] }),
    rotated: async () => [],
    vaults: async () => ({}),
    resolve: async () => undefined,
    authority: () => ({ id, delegation: null, delegations: [], rights: [] }),
    revoke: () => undefined,
    interactions,
    evidence: () => [],
    finalize: async (component, how) => {
      place.asked.push([component, how]);
      return place.finalized;
    },
    asks: '/build',
    usage: () => ({ refused: 'over' }),
    meters: new Set(),
    ended: new Promise(() => {}),
  });
  return place;
}

const at = (path: string, asking: Asking = {}): Promise<Answer> => ask(opened?.socket ?? '', path, asking);
const post = (path: string, body?: object): Promise<Answer> =>
  at(path, { method: 'POST', ...(body ? { body: JSON.stringify(body) } : {}) });
const json = ({ text }: Answer): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const confirmation = { kind: 'request_confirmation', message: 'May I?' };

it.each([
  ['pending', true],
  ['in_flight', true],
  ['failed', false],
  ['unknown', true],
] as const)('003-C1.5 accepting a confirmation is 409 while the finalize is %s', async (state, retryable) => {
  const place = await open();
  place.finalize = state;
  expect((await post('/v1/interactions', confirmation)).status).toBe(201);
  const refused = await post('/v1/interactions/1/accept');
  expect(refused.status).toBe(409);
  expect(json(refused)).toMatchObject({ code: 'workspace_not_finalized', state, retryable });
  fits('Fault', json(refused));
  expect(json(await at('/v1/interactions/1'))).toMatchObject({ state: 'open' });
  // 003-C1.11: it is told how to end it, and then it may be accepted.
  expect(json(refused)['remedy']).toMatch(state === 'in_flight' ? /in a moment/ : /headgate finalize \S+ \/build/);
  place.finalize = state === 'failed' ? 'abandoned' : 'succeeded';
  const accepted = await post('/v1/interactions/1/accept', { reason: 'no hush' });
  expect([accepted.status, json(accepted)]).toMatchObject([200, { state: 'accepted', reason: 'no [secret]' }]);
  fits('Interaction', json(accepted));
});

it.each(finalizeStates)(
  '003-C1.5 suggestions are accepted, and anything is rejected, while it is %s',
  async (state) => {
    const place = await open();
    place.finalize = state;
    await post('/v1/interactions', { kind: 'suggest_tasks', message: 'Tidy up', payload: { tasks: ['a'] } });
    await post('/v1/interactions', confirmation);
    expect((await post('/v1/interactions/1/accept')).status).toBe(200);
    expect((await post('/v1/interactions/2/reject')).status).toBe(200);
  },
);

it('003-C1.12 the workspace of another says nothing', async () => {
  const place = await open();
  place.finalize = 'failed';
  await post('/v1/interactions', { ...confirmation, component: '/other' });
  expect((await post('/v1/interactions/1/accept')).status).toBe(200);
});

it('tells what was asked, as the document says', async () => {
  await open();
  await post('/v1/interactions', { ...confirmation, payload: { a: [1, null, 'hush'] } });
  const all = json(await at('/v1/interactions'));
  fits('Interactions', all);
  expect(all).toEqual({
    id,
    interactions: [
      { ...confirmation, id: '1', component: '/build', payload: { a: [1, null, '[secret]'] }, state: 'open' },
    ],
  });
  fits('Evidence', json(await at('/v1/evidence')));
});

it.each([
  ['/v1/interactions', undefined, 400],
  ['/v1/interactions', { ...confirmation, component: 7 }, 400],
  ['/v1/interactions', { ...confirmation, component: '/nobody' }, 404],
  ['/v1/interactions', { ...confirmation, payload: { a: 'x'.repeat(70_000) } }, 413],
  ['/v1/interactions/1/accept', undefined, 404],
  ['/v1/interactions/1/reject', {}, 404],
  ['/v1/interactions/1/accept', { reason: 7 }, 400],
  ['/v1/interactions/1/accept', { reason: 'a\nb' }, 400],
  ['/v1/interactions/1/accept', { answer: 'yes' }, 400],
  ['/v1/finalize', undefined, 400],
  ['/v1/finalize', { retry: false }, 400],
  ['/v1/finalize', { retry: true, abandon: 'why' }, 400],
  ['/v1/finalize', { abandon: ' ' }, 400],
  ['/v1/finalize', { abandon: 'a\u001b[2J' }, 400],
  ['/v1/finalize', { retry: true, component: 7 }, 400],
  ['/v1/finalize', { retry: true, more: 1 }, 400],
] as const)('refuses POST %s %j with %i', async (path, body, status) => {
  const place = await open();
  const refused = await post(path, body);
  expect(refused.status).toBe(status);
  fits('Fault', json(refused));
  expect(place.asked).toEqual([]);
});

it.each([
  [{ retry: true }, [undefined, { retry: true }]],
  [{ component: '/build', retry: true }, ['/build', { retry: true }]],
  [{ component: '/build', abandon: 'not needed' }, ['/build', { abandon: 'not needed' }]],
] as const)('POST /v1/finalize %j asks the run', async (body, asked) => {
  const place = await open();
  const done = await post('/v1/finalize', body);
  expect([done.status, json(done), place.asked]).toEqual([200, { id, workspaces: [] }, [asked]]);
  fits('FinalizeRequest', body);
  fits('Finalized', json(done));
});

it.each([
  ['workspace_unknown', 404],
  ['finalize_in_flight', 409],
  ['workspace_in_use', 409],
  ['nothing_to_finalize', 409],
  ['state_unwritable', 500],
] as const)('and where the run refuses with %s the answer is %i', async (code, status) => {
  const place = await open();
  place.finalized = { refused: { code, message: 'm', remedy: 'r' } };
  const refused = await post('/v1/finalize', { retry: true });
  expect([refused.status, json(refused)]).toEqual([status, { code, message: 'm', remedy: 'r' }]);
});
