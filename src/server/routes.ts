/** The table of what can be asked. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusOf } from '../runtime/status.ts';
import { revoke, tellAuthority } from './authority-routes.ts';
import { jsonText, Refusal, readJson, sendJson } from './exchange.ts';
import { finalize } from './finalize-route.ts';
import { accept, askFor, reject, tellInteraction, tellInteractions } from './interaction-routes.ts';
import { readProbeRequest } from './probe-request.ts';
import type { EvidenceTold, Probed, RunStatus, Stopping } from './schema.ts';
import { rotated, tellVaults } from './secret-routes.ts';
import type { Served } from './served.ts';
import { readStopRequest } from './stop-request.ts';
import { streamEvents, streamLogs } from './streams.ts';
import { resolve } from './workspace-routes.ts';

export interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly query: URLSearchParams;
  /** What stands where the path has `:id`. */
  readonly id: string;
}

interface Route {
  readonly method: string;
  /** With `:id` for a part that may be anything. */
  readonly path: string;
  /** Parameters that it knows. */
  readonly query: readonly string[];
  /** It goes on for as long as the run does, so there may be only so many. */
  readonly isStream: boolean;
  readonly answer: (served: Served, asked: Asked) => Promise<void> | void;
}

export const routes: readonly Route[] = [
  { method: 'GET', path: '/v1/run', query: [], isStream: false, answer: tellStatus },
  {
    method: 'GET',
    path: '/v1/events',
    query: [],
    isStream: true,
    answer: (served, { request, response }) => streamEvents(served, response, lastEventId(served, request)),
  },
  { method: 'GET', path: '/v1/logs', query: ['component', 'follow'], isStream: true, answer: tellLogs },
  { method: 'POST', path: '/v1/probes', query: [], isStream: false, answer: probe },
  { method: 'GET', path: '/v1/secrets/health', query: ['vault'], isStream: false, answer: tellVaults },
  { method: 'POST', path: '/v1/secrets/rotated', query: [], isStream: false, answer: rotated },
  { method: 'POST', path: '/v1/workspaces/resolve', query: [], isStream: false, answer: resolve },
  { method: 'GET', path: '/v1/authority', query: [], isStream: false, answer: tellAuthority },
  { method: 'POST', path: '/v1/authority/revoke', query: [], isStream: false, answer: revoke },
  { method: 'GET', path: '/v1/evidence', query: [], isStream: false, answer: tellEvidence },
  { method: 'GET', path: '/v1/interactions', query: [], isStream: false, answer: tellInteractions },
  { method: 'POST', path: '/v1/interactions', query: [], isStream: false, answer: askFor },
  { method: 'GET', path: '/v1/interactions/:id', query: [], isStream: false, answer: tellInteraction },
  { method: 'POST', path: '/v1/interactions/:id/accept', query: [], isStream: false, answer: accept },
  { method: 'POST', path: '/v1/interactions/:id/reject', query: [], isStream: false, answer: reject },
  { method: 'POST', path: '/v1/finalize', query: [], isStream: false, answer: finalize },
  { method: 'POST', path: '/v1/stop', query: ['wait'], isStream: false, answer: stop },
];

/** What stands where the path of a route has `:id`, or nothing where it has none; undefined where it is another path. */
export function idIn(route: string, path: string): string | undefined {
  const [wanted, given] = [route.split('/'), path.split('/')];
  if (wanted.length !== given.length || given.slice(1).includes('')) return undefined;
  let id = '';
  for (const [at, part] of wanted.entries()) {
    if (part === ':id') id = given[at] ?? '';
    else if (part !== given[at]) return undefined;
  }
  return id;
}

/** Throws a refusal where there is none. */
export function routeOf(method: string, path: string, query: URLSearchParams): Route & { readonly id: string } {
  const there = routes.flatMap((route) => {
    const id = idIn(route.path, path);
    return id === undefined ? [] : [{ ...route, id }];
  });
  if (there.length === 0) {
    const known = routes.map((route) => `${route.method} ${route.path}`).join(', ');
    throw new Refusal(404, {
      code: 'route_unknown',
      message: `there is nothing at ${path}`,
      remedy: `ask for one of ${known}`,
    });
  }
  const route = there.find((one) => one.method === method);
  if (!route) {
    const allow = there.map((one) => one.method).join(', ');
    const message = `${path} does not take ${method}`;
    throw new Refusal(405, { code: 'method_not_allowed', message, remedy: `use ${allow}` }, { allow });
  }
  for (const name of query.keys()) {
    if (route.query.includes(name) && query.getAll(name).length === 1) continue;
    const known = route.query.length > 0 ? `it takes ${route.query.join(', ')}, each once` : 'it takes none';
    throw queryInvalid(`${path} cannot be asked with \`${name}\` like this`, known);
  }
  return route;
}

const queryInvalid = (message: string, remedy: string): Refusal =>
  new Refusal(400, { code: 'query_invalid', message, remedy });

function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? 'false';
  if (value !== 'true' && value !== 'false')
    throw queryInvalid(`\`${name}\` is \`${value}\``, `give \`${name}\` as true or false`);
  return value === 'true';
}

function tellStatus({ id, stateDir }: Served, { response }: Asked): void {
  const status = statusOf(stateDir, id);
  if (!status) throw new Error(`the folder of run ${id} is gone`);
  const told: RunStatus = { version: 1, ...status };
  sendJson(response, 200, jsonText(told));
}

function tellEvidence({ id, evidence }: Served, { response }: Asked): void {
  const told: EvidenceTold = { id, runtimeProbeEvidence: [...evidence()] };
  sendJson(response, 200, jsonText(told));
}

function lastEventId({ hub }: Served, { headers }: IncomingMessage): number | undefined {
  const given = headers['last-event-id'];
  if (given === undefined) return undefined;
  const seq = typeof given === 'string' && /^(?:-1|\d{1,15})$/.test(given) ? Number(given) : undefined;
  if (seq !== undefined && seq <= hub.last()) return seq;
  throw new Refusal(400, {
    code: 'event_unknown',
    message: `the run has no event \`${String(given)}\``,
    remedy: `give the id of an event of this run as Last-Event-ID: -1 for the beginning, at most ${hub.last()}`,
  });
}

function tellLogs(served: Served, { response, query }: Asked): Promise<void> {
  const follow = flag(query, 'follow');
  const component = query.get('component') ?? undefined;
  if (component !== undefined && !served.monikers.includes(component))
    throw new Refusal(404, {
      code: 'component_unknown',
      message: `the run has no component \`${component}\``,
      remedy: 'give a moniker as `GET /v1/run` has it, percent-encoded',
    });
  return streamLogs(served, response, { component, follow });
}

async function stop(served: Served, { request, response, query }: Asked): Promise<void> {
  const wait = flag(query, 'wait');
  const wanted = readStopRequest((await readJson(request)) ?? {});
  if (!wanted)
    throw new Refusal(400, {
      code: 'body_invalid',
      message: 'the body does not say how to stop',
      remedy: 'send {"graceMs": N} with whole milliseconds from 0 to 86400000, or no body',
    });
  served.stop('asked to stop', wanted.graceMs);
  if (wait) return sendJson(response, 200, jsonText(await served.ended));
  const told: Stopping = { id: served.id, state: 'STOPPING' };
  sendJson(response, 202, jsonText(told));
}

async function probe(served: Served, { request, response }: Asked): Promise<void> {
  const wanted = readProbeRequest((await readJson(request)) ?? {});
  if (!wanted)
    throw new Refusal(400, {
      code: 'body_invalid',
      message: 'the body does not say which probes are to be run',
      remedy: 'send {"probes": ["NAME"]}, or no body for all of them',
    });
  const done = await served.probe(wanted.probes);
  if ('refused' in done) throw new Refusal(done.refused.code === 'probe_unknown' ? 404 : 409, done.refused);
  const { probes, verdict } = done;
  const judged = !verdict ? {} : 'basis' in verdict ? { completionBasis: verdict.basis } : { blocked: verdict.blocked };
  const told: Probed = { id: served.id, probes, ...judged };
  sendJson(response, 200, jsonText(told));
}
