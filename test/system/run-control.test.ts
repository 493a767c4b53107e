/** A run's own interface: who may ask, and what it answers. */
import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { EventName } from '../../src/server/schema.ts';
import { headgate, type LiveRun, launch, type RunOptions, until } from '../support/run/cli-run.ts';
import { ask, begin, controlPath, eventsOf, raw, type ServerEvent, socketOf } from '../support/run/control.ts';
import { journalLines, journalPath, runFolders } from '../support/run/journal.ts';
import { expectNothingOf } from '../support/run/leftovers.ts';
import { counting, python, scenarioOf, talking, task } from '../support/run/scenarios.ts';
import { exported, textOf, useRuns } from '../support/run/use-runs.ts';

const { lay, options, start, folder } = useRuns();

const document = JSON.parse(readFileSync('schemas/control.openapi.json', 'utf8')) as {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, object>> }>>>
  >;
};
const ajv = new Ajv2020({ strict: false, allErrors: true }).addSchema(document, 'control');
const checkOf = (name: string): ValidateFunction => ajv.compile({ $ref: `control#/components/schemas/${name}` });
function fits(name: string, value: unknown): void {
  const check = checkOf(name);
  expect(check(value), `${name}: ${JSON.stringify(check.errors)} of ${JSON.stringify(value)}`).toBe(true);
}
const eventSchema = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}Event`;

const web = (): string => lay(scenarioOf({ web: counting('web') }, exported('web')));
async function live(scenario = web(), more: Partial<RunOptions> = {}): Promise<Live> {
  const given = options(more);
  const run = await start(scenario, given);
  return { given, run, socket: socketOf(given.stateDir, run.id) ?? 'no control.json' };
}
interface Live {
  readonly given: RunOptions;
  readonly run: LiveRun;
  readonly socket: string;
}
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const reasonOf = ({ stateDir }: RunOptions, id: string): unknown => journalLines(stateDir, id).at(-1)?.data['reason'];

describe('the interface of a run', () => {
  it('is a socket of its owner alone, also where the state folder has a long path, and is gone with the run', async () => {
    const stateDir = join(folder, 'long'.repeat(40), 'state');
    const { given, run, socket } = await live(web(), { stateDir });
    expect(Buffer.byteLength(socket) <= 107).toBe(true);
    expect([modeOf(socket), modeOf(dirname(socket)), modeOf(controlPath(stateDir, run.id))]).toEqual([
      '600',
      '700',
      '600',
    ]);
    expect((await ask(socket, '/v1/run')).status).toBe(200);
    await run.stop();
    expect(existsSync(controlPath(given.stateDir, run.id))).toBe(false);
    expect(existsSync(dirname(socket))).toBe(false);
    await expectNothingOf(run, given.stateDir);
  });

  it('is there in the background and after `resume` too', async () => {
    const given = options();
    const detached = headgate(['run', web(), '--detach'], given);
    expect(detached.status, detached.stderr).toBe(0);
    const [id = ''] = runFolders(given.stateDir);
    const first = socketOf(given.stateDir, id);
    expect((await ask(first as string, '/v1/run')).status).toBe(200);
    expect(headgate(['stop'], given).stdout).toBe(`${id} CANCELLED\n`);
    expect(headgate(['resume', '--detach'], given).status).toBe(0);
    const second = socketOf(given.stateDir, id);
    expect(second).not.toBe(first);
    expect((await ask(second as string, '/v1/run')).status).toBe(200);
    expect(headgate(['stop'], given).stdout).toBe(`${id} CANCELLED\n`);
  });

  it('GET /v1/run answers byte for byte what `status --format json` prints', async () => {
    const { given, run, socket } = await live();
    const { status, text, headers } = await ask(socket, '/v1/run');
    expect([status, headers['content-type']]).toEqual([200, 'application/json']);
    fits('RunStatus', JSON.parse(text));
    expect(JSON.parse(text)).toMatchObject({ id: run.id, state: 'RUNNING', components: [{ moniker: '/web' }] });
    expect(headgate(['status', '--format', 'json'], given).stdout).toBe(text);
    rmSync(controlPath(given.stateDir, run.id));
    expect(headgate(['status', '--format', 'json'], given).stdout).toBe(text);
  });

  it('says by what a run that is over was judged', () => {
    const given = options();
    expect(headgate(['run', lay(scenarioOf({ one: task('one') }))], given).status).toBe(0);
    const status = JSON.parse(headgate(['status', '--format', 'json'], given).stdout) as object;
    expect(status).toMatchObject({ state: 'COMPLETE', completionBasis: 'no_probes_declared' });
    fits('RunStatus', status);
  });
});

describe('GET /v1/events', () => {
  const entries = (events: readonly ServerEvent[]): readonly ServerEvent[] =>
    events.filter(({ name }) => name === 'entry');

  it('tells entries as the journal has them, states, ready and the end, in the form that the document gives', async () => {
    const { given, run, socket } = await live();
    const whole = begin(socket, '/v1/events', { headers: { 'last-event-id': '-1' } }).then((one) => eventsOf(one));
    const late = eventsOf(await begin(socket, '/v1/events'));
    await textOf(`${run.exports['web']}/exit`);
    await until(
      () => journalLines(given.stateDir, run.id).filter(({ type }) => type === 'retry').length,
      (retries) => retries > 0,
      60_000,
    );
    await run.stop();
    const events = await whole;
    for (const { name, data } of events) fits(eventSchema(name), data);
    const lines = readFileSync(journalPath(given.stateDir, run.id), 'utf8').trim().split('\n');
    expect(entries(events).map(({ data }) => JSON.stringify(data))).toEqual(lines);
    expect(entries(events).map(({ id }) => Number(id))).toEqual([...lines.keys()]);
    const names = new Set(events.map(({ name }) => name));
    expect([...names].sort()).toEqual(['end', 'entry', 'ready', 'run', 'state'] satisfies EventName[]);
    expect(events.at(-1)).toMatchObject({ name: 'end', data: { id: run.id, state: 'CANCELLED' } });
    const states = events.flatMap(({ name, data }) => (name === 'state' ? [data['state']] : []));
    expect(states).toEqual(expect.arrayContaining(['restarting', 'ready', 'stopped']));

    const [first, ...rest] = await late;
    expect(first).toMatchObject({ name: 'run', data: { id: run.id } });
    expect(rest.slice(0, 2).map(({ name }) => name)).toEqual(['state', 'ready']);
    const seqs = entries(rest).map(({ id }) => Number(id));
    expect(seqs).toEqual([...lines.keys()].slice(Number(first?.id) + 1));
  });

  it('goes on behind the last one that a reader has', async () => {
    const { given, run, socket } = await live();
    const heard = await eventsOf(await begin(socket, '/v1/events', { headers: { 'last-event-id': '2' } }), 'ready');
    const count = journalLines(given.stateDir, run.id).length;
    expect(entries(heard).map(({ id }) => Number(id))).toEqual([...Array(count).keys()].slice(3));
    const newest = await eventsOf(
      await begin(socket, '/v1/events', { headers: { 'last-event-id': String(count - 1) } }),
      'ready',
    );
    expect(entries(newest)).toEqual([]);
  });

  it('and GET /v1/logs have room for so many readers, and say so', async () => {
    const { run, socket } = await live();
    const readers = await Promise.all([...Array(32)].map(() => begin(socket, '/v1/events')));
    const refused = await ask(socket, '/v1/logs');
    expect([refused.status, JSON.parse(refused.text).code]).toEqual([503, 'too_many_readers']);
    fits('Fault', JSON.parse(refused.text));
    expect((await ask(socket, '/v1/run')).status).toBe(200);
    for (const one of readers) one.destroy();
    await until(
      async () => (await ask(socket, '/v1/logs')).status,
      (status) => status === 200,
    );
    await run.stop();
  });
});

describe('GET /v1/logs', () => {
  const linesIn = (text: string): readonly Record<string, string>[] =>
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Record<string, string>);

  it('has what programs said, without secrets, of one component where it is named', async () => {
    const secret = 'canary-77aa01cd';
    const schema = { type: 'object', properties: { token: { type: 'string', secret: true } }, required: ['token'] };
    const files = scenarioOf(
      { web: { manifest: { ...talking.manifest, config_schema: schema } }, other: talking },
      {
        config_schema: schema,
        components: { web: { manifest: './web.json', config: { token: '${config.token}' } }, other: './other.json' },
        ...exported('web', 'other'),
      },
    );
    const withToken = files['web.json']?.replace('"env":{', '"env":{"TOKEN":"${config.token}",') ?? '';
    const { run, socket } = await live(lay({ ...files, 'web.json': withToken }), {
      env: { HEADGATE_CONFIG_TOKEN: secret },
    });
    await textOf(`${run.exports['web']}/one`);
    const text = await until(
      async () => (await ask(socket, '/v1/logs')).text,
      (all) => all.includes('asked /one'),
    );
    const lines = linesIn(text);
    for (const line of lines) fits('LogLine', line);
    expect(text).not.toContain(secret);
    expect(lines).toContainEqual(
      expect.objectContaining({ moniker: '/web', stream: 'stdout', text: 'asked /one [secret]' }),
    );
    expect(lines).toContainEqual(expect.objectContaining({ moniker: '/other', stream: 'stderr', text: 'err' }));
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort());
    const one = linesIn((await ask(socket, '/v1/logs?component=%2Fother')).text);
    expect(new Set(one.map(({ moniker }) => moniker))).toEqual(new Set(['/other']));
  });

  it('goes on with `follow` until the run has ended, and a reader that never reads holds up nothing', async () => {
    const much = python("print('x' * 1000 + '\\n' * 1, end='', flush=True)\nfor n in range(20000): print('y' * 1000)", {
      restart: 'never',
    });
    const given = options();
    const { ended } = launch(['run', lay(scenarioOf({ much }))], given);
    const socket = await until(
      () => runFolders(given.stateDir).flatMap((id) => socketOf(given.stateDir, id) ?? [])[0],
      (path) => path !== undefined,
      60_000,
    );
    const silent = connect(socket as string);
    silent.write('GET /v1/logs?follow=true HTTP/1.1\r\nhost: run\r\n\r\n');
    silent.pause();
    const end = await ended;
    silent.destroy();
    expect(end.status, end.stderr.slice(-500)).toBe(0);
  });
});

describe('POST /v1/stop', () => {
  it('answers at once, and the run ends', async () => {
    const { given, run, socket } = await live();
    const { status, text } = await ask(socket, '/v1/stop', { method: 'POST' });
    expect(status).toBe(202);
    fits('Stopping', JSON.parse(text));
    const end = await run.ended;
    expect([end.status, reasonOf(given, run.id)]).toEqual([5, 'asked to stop']);
  });

  it('waits for the end when it is told to, and gives programs the time that was said', async () => {
    const deaf = python(
      `
import signal, http.server
signal.signal(signal.SIGTERM, signal.SIG_IGN)
http.server.HTTPServer(('127.0.0.1', 8080), http.server.BaseHTTPRequestHandler).serve_forever()
`,
      { port: 8080 },
    );
    const { given, run, socket } = await live(lay(scenarioOf({ deaf }, exported('deaf'))));
    const asked = { method: 'POST', body: '{"graceMs": 1}' };
    const { status, text } = await ask(socket, '/v1/stop?wait=true', asked);
    expect(status).toBe(200);
    fits('Ended', JSON.parse(text));
    expect(JSON.parse(text)).toEqual({ id: run.id, state: 'CANCELLED', reason: 'asked to stop' });
    expect(
      journalLines(given.stateDir, run.id).find(({ actionId }) => actionId === 'process.stop:/deaf')?.data,
    ).toEqual(expect.objectContaining({ graceMs: 1 }));
    await run.ended;
  });
});

describe('what is not understood', () => {
  it('is refused with what is wrong and what helps, in the form that the document gives, and the run goes on', async () => {
    const { run, socket } = await live();
    const post = (body: string) => ({ method: 'POST', body });
    const cases = [
      ['/', {}, 404, 'route_unknown'],
      ['/v1/run/', {}, 404, 'route_unknown'],
      ['/v1/interaction', {}, 404, 'route_unknown'],
      ['/v1/run', { method: 'POST' }, 405, 'method_not_allowed'],
      ['/v1/stop', {}, 405, 'method_not_allowed'],
      ['/v1/run?x=1', {}, 400, 'query_invalid'],
      ['/v1/logs?follow=perhaps', {}, 400, 'query_invalid'],
      ['/v1/logs?follow=true&follow=false', {}, 400, 'query_invalid'],
      ['/v1/logs?component=/nobody', {}, 404, 'component_unknown'],
      ['/v1/events', { headers: { 'last-event-id': 'x' } }, 400, 'event_unknown'],
      ['/v1/events', { headers: { 'last-event-id': '100000' } }, 400, 'event_unknown'],
      ['/v1/stop?wait=1', { method: 'POST' }, 400, 'query_invalid'],
      ['/v1/stop', post('{'), 400, 'body_invalid'],
      ['/v1/stop', post('[]'), 400, 'body_invalid'],
      ['/v1/stop', post('{"graceMs": -1}'), 400, 'body_invalid'],
      ['/v1/stop', post('{"graceMs": 1.5}'), 400, 'body_invalid'],
      ['/v1/stop', post('{"grace": 1}'), 400, 'body_invalid'],
      ['/v1/stop', post(JSON.stringify('x'.repeat(100_000))), 413, 'body_too_large'],
    ] as const;
    for (const [path, asking, status, code] of cases) {
      const answer = await ask(socket, path, asking);
      const fault = JSON.parse(answer.text) as { readonly code: string; readonly remedy: string };
      expect([path, answer.status, fault.code]).toEqual([path, status, code]);
      fits('Fault', fault);
      expect(fault.remedy, path).not.toBe('');
    }
    expect((await ask(socket, '/v1/stop')).headers.allow).toBe('POST');
    expect(await raw(socket, 'nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 [\s\S]*"code": "request_malformed"/);
    expect(JSON.parse((await ask(socket, '/v1/run')).text)).toMatchObject({ state: 'RUNNING' });
    await run.stop();
  });

  it('and every route and status is in the document', () => {
    const statuses = Object.fromEntries(
      Object.entries(document.paths).flatMap(([path, methods]) =>
        Object.entries(methods).map(([method, { responses }]) => [
          `${method} ${path}`,
          Object.keys(responses).join(' '),
        ]),
      ),
    );
    expect(statuses).toEqual({
      'get /v1/run': '200 400 405 500',
      'get /v1/events': '200 400 405 500 503',
      'get /v1/logs': '200 400 404 405 500 503',
      'post /v1/probes': '200 400 404 405 409 413 500',
      'get /v1/evidence': '200 400 405 500',
      'get /v1/interactions': '200 400 405 500',
      'post /v1/interactions': '200 201 400 404 405 409 413 422 429 500',
      'get /v1/interactions/{id}': '200 400 404 405 500',
      'post /v1/interactions/{id}/accept': '200 400 404 405 409 413 500',
      'post /v1/interactions/{id}/reject': '200 400 404 405 409 413 500',
      'post /v1/finalize': '200 400 404 405 409 413 500',
      'post /v1/workspaces/resolve': '200 400 404 405 409 413 500',
      'post /v1/stop': '200 202 400 405 413 500',
      'get /v1/authority': '200 400 405 500',
      'post /v1/authority/revoke': '200 400 404 405 409 413 500',
      'get /v1/secrets/health': '200 400 403 404 405 409 422 429 500 502 503',
      'post /v1/secrets/rotated': '200 400 405 413 500',
    });
  });
});
