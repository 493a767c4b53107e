/**
 * The narrow part of a run's interface that a component with `control: true` reaches. Who asks is known by the channel. Whatever it
 * sends comes from a program that nobody trusts: one that floods, dawdles or lies holds up nobody but itself.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ChannelDoor } from '../adapters/relay/control-channel.ts';
import type { UsageReport } from '../runtime/budgets/model-usage.ts';
import { unknownInteraction } from '../runtime/interactions/fault.ts';
import type { RunEvent } from '../runtime/run-options.ts';
import { type ComponentEvents, createComponentEvents } from './component-events.ts';
import { jsonText, Refusal, sendFault, sendJson } from './exchange.ts';
import { readRequest, refusalOf } from './interaction-body.ts';
import type { InteractionsTold } from './interaction-schema.ts';
import { idIn, routes } from './routes.ts';
import type { EvidenceTold } from './schema.ts';
import type { Served } from './served.ts';
import { sinkOf } from './streams.ts';
import { readUsage, usageRefusal } from './usage-route.ts';

export interface ComponentDoor {
  readonly door: ChannelDoor;
  readonly tell: (event: RunEvent) => void;
  /** From now on it can be answered; until then whoever asks waits. */
  readonly open: (served: Served) => void;
  readonly over: () => void;
}

export interface DoorBounds {
  /** Requests of one component that are being answered, or wait for that. */
  readonly underWay: number;
  /** Of its events. */
  readonly listeners: number;
  /** Bytes that may wait for one listener. */
  readonly maxPending: number;
  /** For an answer to be taken. */
  readonly takeMs: number;
}

export const doorBounds: DoorBounds = { underWay: 64, listeners: 4, maxPending: 256 * 1024, takeMs: 30_000 };

interface Asked {
  readonly served: Served;
  readonly events: ComponentEvents;
  readonly bounds: DoorBounds;
  readonly component: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
}

/** Its part of the interface, and no more. */
const narrow: readonly { readonly method: string; readonly path: string; readonly answer: (asked: Asked) => void }[] = [
  { method: 'GET', path: '/v1/events', answer: listen },
  { method: 'GET', path: '/v1/evidence', answer: tellEvidence },
  { method: 'GET', path: '/v1/interactions', answer: tellOwn },
  { method: 'GET', path: '/v1/interactions/:id', answer: tellOne },
];

/** `given` are those above unless given. */
export function createComponentDoor(given: Partial<DoorBounds> = {}): ComponentDoor {
  const bounds = { ...doorBounds, ...given };
  let open: (known: Known) => void = () => {};
  const known = new Promise<Known>((done) => {
    open = done;
  });
  let there: Known | undefined;
  const queues = new Map<string, Queue>();
  return {
    door: (component, request, response) => {
      const queue = queues.get(component) ?? { underWay: 0, before: Promise.resolve() };
      queues.set(component, queue);
      if (queue.underWay >= bounds.underWay) {
        // Many can come on one connection, and no answer would be read.
        request.socket.destroy();
        return;
      }
      queue.underWay++;
      whenOver(request, response, () => queue.underWay--);
      known
        .then((one) => answer({ ...one, component, request, response }, queue))
        .catch((error: unknown) => sendFault(response, error));
    },
    tell: (event) => there?.events.tell(event),
    open: (served) => {
      const events = createComponentEvents({ ...bounds, interactions: served.interactions.all });
      there = { served, events, bounds };
      open(there);
    },
    over: () => there?.events.over(),
  };
}

type Known = Pick<Asked, 'served' | 'events' | 'bounds'>;

interface Queue {
  underWay: number;
  /** Answers of one component are made one after the other, so that few are held in memory at a time. */
  before: Promise<void>;
}

async function answer(asked: Omit<Asked, 'id'>, queue: Queue): Promise<void> {
  const { request } = asked;
  refuseBrowsers(request);
  if (!URL.canParse(request.url ?? '', 'http://run')) throw unknownPath;
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://run');
  if (searchParams.size > 0)
    throw new Refusal(400, { code: 'query_invalid', message: 'nothing here takes a query', remedy: 'ask without one' });
  const method = request.method ?? '';
  const isMeter = asked.served.meters.has(asked.component);
  if (pathname === '/v1/usage' && method === 'POST' && isMeter) {
    const report = await readUsage(request);
    return inTurn(queue, asked, () => tellUsage(asked, report));
  }
  // It counts, and has no part in the run.
  if (isMeter) throw forMeters;
  if (method === 'POST' && pathname === '/v1/interactions') {
    const read = await readRequest(request);
    return inTurn(queue, asked, () => ask(asked, read));
  }
  const there = narrow.flatMap((route) => {
    const id = idIn(route.path, pathname);
    return id === undefined ? [] : [{ ...route, id }];
  });
  const route = there.find((one) => one.method === method);
  if (route?.path === '/v1/events') return route.answer({ ...asked, id: '' });
  if (route) return inTurn(queue, asked, () => route.answer({ ...asked, id: route.id }));
  if (there.length > 0) {
    const allow = there[0]?.path === '/v1/interactions' ? 'GET, POST' : 'GET';
    const message = `this path does not take ${method}`;
    throw new Refusal(405, { code: 'method_not_allowed', message, remedy: `use ${allow}` }, { allow });
  }
  throw routes.some(({ path }) => idIn(path, pathname) !== undefined) ? notForComponents : unknownPath;
}

/** Answered, or the connection is gone: an answer that waits behind others of its connection does not hear of that by itself. */
function whenOver(
  { socket }: Pick<IncomingMessage, 'socket'>,
  response: Pick<ServerResponse, 'once' | 'off'>,
  then: () => void,
): void {
  const over = (): void => {
    response.off('close', over);
    socket.off('close', over);
    then();
  };
  // As many as there may be under way.
  socket.setMaxListeners(0);
  response.once('close', over);
  socket.once('close', over);
}

/** The next one begins when this one was taken, or will not be. */
function inTurn(
  queue: Queue,
  { request, response, bounds }: Pick<Asked, 'request' | 'response' | 'bounds'>,
  work: () => void,
): Promise<void> {
  const done = queue.before.then(() => {
    if (response.destroyed || request.socket.destroyed) return undefined;
    const taken = new Promise<void>((settle) => {
      const late = setTimeout(() => request.socket.destroy(), bounds.takeMs).unref();
      whenOver(request, response, () => {
        clearTimeout(late);
        settle();
      });
    });
    try {
      work();
    } catch (error) {
      sendFault(response, error);
    }
    return taken;
  });
  queue.before = done;
  return done;
}

/** A page that a browser in the sandbox shows is not the component, and may lead to its loopback by any name. */
function refuseBrowsers({ headers }: IncomingMessage): void {
  const isHere = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\])(?::\d+)?$/i.test(headers.host ?? '');
  if (isHere && headers.origin === undefined && headers['sec-fetch-site'] === undefined) return;
  throw new Refusal(403, {
    code: 'browser_refused',
    message: 'this request comes from a page, or names another host',
    remedy: 'ask at HEADGATE_CONTROL_URL as it is, from the program itself',
  });
}

const unknownPath = new Refusal(404, {
  code: 'route_unknown',
  message: 'there is nothing at this path',
  remedy:
    'ask for GET /v1/events, GET /v1/evidence, POST /v1/interactions, GET /v1/interactions or GET /v1/interactions/ID',
});

const notForComponents = new Refusal(403, {
  code: 'operator_only',
  message: 'this is for the operator of the run, and for no component',
  remedy: 'ask for what you need with POST /v1/interactions, and wait for the answer',
});

const forMeters = new Refusal(403, {
  code: 'usage_only',
  message: 'you may tell what a model was used for, and nothing else',
  remedy: 'send POST /v1/usage',
});

function tellUsage({ served, component, response }: Omit<Asked, 'id'>, report: UsageReport): void {
  const answer = served.usage(component, report);
  if ('refused' in answer) throw usageRefusal(answer);
  sendJson(response, 200, jsonText({ id: served.id, ...answer }));
}

function ask(
  { served, component, response }: Omit<Asked, 'id'>,
  { request, key }: Awaited<ReturnType<typeof readRequest>>,
): void {
  const asked = served.interactions.ask(component, request, key);
  if ('fault' in asked) throw refusalOf(asked.fault);
  const { id } = asked.interaction;
  sendJson(response, asked.isNew ? 201 : 200, jsonText(asked.interaction), { location: `/v1/interactions/${id}` });
}

function tellOwn({ served, component, response }: Asked): void {
  const interactions = served.interactions.all().filter((one) => one.component === component);
  const told: InteractionsTold = { id: served.id, interactions };
  sendJson(response, 200, jsonText(told));
}

/** That of another is none. */
function tellOne({ served, component, response, id }: Asked): void {
  const found = served.interactions.all().find((one) => one.id === id && one.component === component);
  if (!found) throw refusalOf({ ...unknownInteraction(served.id), remedy: 'GET /v1/interactions lists your own' });
  sendJson(response, 200, jsonText(found));
}

function tellEvidence({ served, response }: Asked): void {
  const told: EvidenceTold = { id: served.id, runtimeProbeEvidence: [...served.evidence()] };
  sendJson(response, 200, jsonText(told));
}

function listen({ served, events, bounds, component, response }: Asked): void {
  const sink = sinkOf(response);
  let isHeaded = false;
  const headed = (): void => {
    if (isHeaded) return;
    isHeaded = true;
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.flushHeaders();
  };
  const leave = events.attach(component, served.id, {
    ...sink,
    write: (text) => {
      headed();
      if (text !== '') sink.write(text);
    },
  });
  if (!leave)
    throw new Refusal(503, {
      code: 'too_many_readers',
      message: `${bounds.listeners} listen to the events of this component already`,
      remedy: 'close one of them',
    });
  response.on('close', leave);
}
