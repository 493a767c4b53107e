/** A slot of the root that leads out of the scenario: a socket for the consumer, and behind it a URL that the user gave. */
import {
  createServer,
  Agent as HttpAgent,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import * as net from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { type ConnectionBounds, connectionBounds } from '../sandbox/connections.ts';
import { type EdgeFolder, makeEdgeFolder } from '../sandbox/edge-socket.ts';
import { joinTo } from '../sandbox/join.ts';
import { pathBelow } from './base-path.ts';
import {
  causeOf,
  forwardedHeaders,
  hasBody,
  overBudget,
  refuse,
  refuseRaw,
  relayResponse,
  requestFault,
  serverOptions,
} from './http-message.ts';
import { type Connections, closing, listening, pipeBoth, type Relay, trackConnections } from './relay.ts';

export interface ExternalRelayOptions {
  /** Where the folder of the socket is made, and its name. */
  readonly folder: string;
  readonly name: string;
  /** For messages to the consumer. */
  readonly slot: string;
  readonly url: string;
  /** Messages tell nothing of the URL, which is a secret as a whole. */
  readonly isHidden?: boolean;
  /** Certificates to trust in place of the usual ones, as PEM. */
  readonly ca?: string;
  /** Whether one connection or request more may leave; always unless given. */
  readonly admit?: () => boolean;
  /** Those of every relay unless given. */
  readonly bounds?: Partial<ConnectionBounds>;
}

/** Why a URL cannot stand behind a slot; undefined when it can. Never repeats the URL, which may hold a password. */
export function externalUrlFault(text: string): string | undefined {
  if (!URL.canParse(text)) return 'it is not a URL';
  const url = new URL(text);
  if (!['http:', 'https:', 'tcp:'].includes(url.protocol)) return 'it must begin with http://, https:// or tcp://';
  if (url.hostname === '') return 'it names no host';
  if (url.search !== '' || url.hash !== '') return 'it has a query or a fragment, and only a path can be put in front';
  if (url.protocol !== 'tcp:') return undefined;
  if (url.port === '') return 'tcp:// needs a port';
  return url.username !== '' || !['', '/'].includes(url.pathname) ? 'tcp:// takes a host and a port alone' : undefined;
}

/** Rejects when the URL is none of these, or the socket cannot be made. */
export async function openExternalRelay(options: ExternalRelayOptions): Promise<EdgeFolder & Relay> {
  const fault = externalUrlFault(options.url);
  if (fault !== undefined) throw new Error(`the URL for slot \`${options.slot}\` cannot be used: ${fault}`);
  const url = new URL(options.url);
  const edge = makeEdgeFolder(options.folder, options.name);
  const bounds = { ...connectionBounds, ...options.bounds };
  const connections = trackConnections(bounds);
  const { server, release } =
    url.protocol === 'tcp:'
      ? tcpServer(url, connections, options.admit)
      : httpServer(url, { ...options, bounds }, connections);
  await listening(server, { path: edge.path });
  return {
    ...edge,
    close: async () => {
      release();
      await closing(server, connections);
    },
  };
}

interface Served {
  readonly server: net.Server;
  readonly release: () => void;
}

const hostOf = (url: URL): string => url.hostname.replace(/^\[(.*)\]$/, '$1');

function tcpServer(url: URL, connections: Connections, admit = (): boolean => true): Served {
  const to = { host: hostOf(url), port: Number(url.port) };
  const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    const joined = connections.enter(client);
    if (joined && !admit()) client.destroy();
    else if (joined) joinTo(net, client, to, () => client.destroy(), joined);
  });
  return { server, release: () => {} };
}

interface Upstream {
  readonly url: URL;
  readonly slot: string;
  readonly isHidden: boolean;
  readonly ca: { readonly ca?: string };
  readonly admit: () => boolean;
  readonly agent: HttpAgent;
}

function httpServer(
  url: URL,
  {
    slot,
    ca,
    bounds,
    isHidden = false,
    admit = () => true,
  }: ExternalRelayOptions & { readonly bounds: ConnectionBounds },
  connections: Connections,
): Served {
  // An idle connection is given up before most servers do, so that a request hardly ever meets a closed one.
  const keep = { keepAlive: true, timeout: 4_000 };
  const trust = ca === undefined ? {} : { ca };
  const agent =
    url.protocol === 'https:' ? new HttpsAgent({ ...keep, ...trust, rejectUnauthorized: true }) : new HttpAgent(keep);
  const upstream: Upstream = { url, slot, isHidden, ca: trust, admit, agent };
  const server = createServer(serverOptions(bounds), (request, response) => forward(request, response, upstream, true));
  server.on('connection', (socket) => void connections.enter(socket));
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    if (request.headers.upgrade?.toLowerCase() === 'websocket') upgrade(request, socket, head, upstream, connections);
    else withoutUpgrade(request, socket, head, server);
  });
  return { server, release: () => agent.destroy() };
}

/** Path and headers for the URL; undefined for a path that would leave its base. */
function addressed(
  request: IncomingMessage,
  { url }: Upstream,
): { readonly path: string; readonly headers: string[] } | undefined {
  const path = pathBelow(url.pathname.replace(/\/+$/, ''), request.method ?? 'GET', request.url ?? '/');
  if (path === undefined) return undefined;
  const headers = forwardedHeaders(request, ['host']);
  headers.unshift('Host', url.host);
  if (url.username !== '' && request.headers.authorization === undefined) {
    const user = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    headers.push('Authorization', `Basic ${Buffer.from(user).toString('base64')}`);
  }
  return { path, headers };
}

const unreachable = ({ slot, url, isHidden }: Upstream, error: NodeJS.ErrnoException): string =>
  isHidden
    ? `slot \`${slot}\` leads to what a secret says, which cannot be reached: ${error.code ?? 'no answer'}`
    : `slot \`${slot}\` leads to ${url.protocol}//${url.host}, which cannot be reached: ${causeOf(error)}`;
const climbed = ({ slot }: Upstream): string => `slot \`${slot}\` leads to a base path, which this request would leave`;

function ask(
  { url, ca, agent }: Upstream,
  method: string,
  path: string,
  headers: string[],
  own: boolean,
): ReturnType<typeof httpRequest> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  const secure = url.protocol === 'https:' ? { ...ca, rejectUnauthorized: true } : {};
  const to = { host: hostOf(url), port: url.port || undefined, method, path, headers, maxHeaderSize: 65_536 };
  return send({ ...to, ...secure, agent: own ? false : agent, setHost: false });
}

function forward(request: IncomingMessage, response: ServerResponse, upstream: Upstream, first: boolean): void {
  const to = addressed(request, upstream);
  const fault = requestFault(request);
  if (!to || fault !== undefined) {
    refuse(response, 400, fault ?? climbed(upstream));
    return;
  }
  // What is sent once more has left once.
  if (first && !upstream.admit()) {
    refuse(response, 429, overBudget);
    return;
  }
  const isBodied = hasBody(request);
  // Who does not read a body would take it for the next request: such a connection ends with its answer.
  const out = ask(upstream, request.method ?? 'GET', to.path, to.headers, !first || isBodied);
  out.setNoDelay(true);
  out.on('response', (answer) => relayResponse(answer, response));
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (response.destroyed) return;
    // A kept connection that was closed at the other end just now: nothing was done yet.
    if (first && out.reusedSocket && !isBodied && !response.headersSent) forward(request, response, upstream, false);
    else refuse(response, 502, unreachable(upstream, error));
  });
  response.on('close', () => out.destroy());
  if (isBodied) request.pipe(out);
  else out.end();
}

function upgrade(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  upstream: Upstream,
  connections: Connections,
): void {
  const to = addressed(request, upstream);
  const fault = requestFault(request) ?? (hasBody(request) ? 'an upgrade has no body' : undefined);
  if (!to || fault !== undefined) {
    refuseRaw(socket, 400, fault ?? climbed(upstream));
    return;
  }
  if (!upstream.admit()) {
    refuseRaw(socket, 429, overBudget);
    return;
  }
  to.headers.push('Connection', 'Upgrade', 'Upgrade', request.headers.upgrade ?? '');
  const out = ask(upstream, request.method ?? 'GET', to.path, to.headers, true);
  out.on('upgrade', (answer: IncomingMessage, far: Duplex, farHead: Buffer) => {
    connections.add(far);
    socket.write(`${headOf(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`, answer.rawHeaders)}`);
    if (farHead.length > 0) socket.write(farHead);
    if (head.length > 0) far.write(head);
    pipeBoth(socket, far);
  });
  out.on('response', (answer) => {
    const headers = forwardedHeaders(answer, ['transfer-encoding']).concat('Connection', 'close');
    const framed = headers.filter((_, index) => headers[index - (index % 2)]?.toLowerCase() !== 'transfer-encoding');
    socket.write(headOf(`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`, framed));
    answer.pipe(socket);
  });
  out.on('error', (error: NodeJS.ErrnoException) => refuseRaw(socket, 502, unreachable(upstream, error)));
  socket.on('close', () => out.destroy());
  out.end();
}

/**
 * Offers such as `h2c`, which some clients send with every first request, are not taken up: the request is read once more without the
 * offer. What follows it on the connection is then read as a request as well, and cannot pass by.
 */
function withoutUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, server: Server): void {
  const input = new PassThrough();
  const headers = forwardedHeaders(request);
  input.write(
    headOf(`${request.method} ${request.url} HTTP/${request.httpVersion}`, [...headers, 'Connection', 'close']),
    'latin1',
  );
  if (head.length > 0) input.write(head);
  socket.pipe(input);
  const again = Duplex.from({ readable: input, writable: socket });
  again.on('close', () => socket.destroy());
  server.emit('connection', again);
}

function headOf(first: string, headers: readonly string[]): string {
  let text = `${first}\r\n`;
  for (let index = 0; index < headers.length; index += 2) text += `${headers[index]}: ${headers[index + 1]}\r\n`;
  return `${text}\r\n`;
}
