/** The only way out of a sandbox: a forward proxy that asks, for every connection, whether its target was granted. */
import { lookup as dnsLookup } from 'node:dns/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, isIP, type LookupFunction } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionBounds, connectionBounds } from '../sandbox/connections.ts';
import { type EdgeFolder, makeEdgeFolder } from '../sandbox/edge-socket.ts';
import { type Grant, isGranted, isReachable, namedIn, parseGrant } from './egress-grants.ts';
import {
  causeOf,
  forwardedHeaders,
  overBudget,
  refuse,
  refuseRaw,
  relayResponse,
  requestFault,
  serverOptions,
} from './http-message.ts';
import { normalHost } from './public-address.ts';
import { closing, listening, pipeBoth, type Relay, trackConnections } from './relay.ts';

export interface EgressProxyOptions {
  /** Where the folder of the socket is made, and its name. */
  readonly folder: string;
  readonly name: string;
  /** See `parseGrant`. */
  readonly grants: readonly string[];
  /** Addresses of a name; the system's own way unless given. */
  readonly lookup?: (host: string) => Promise<readonly string[]>;
  /** Whether one connection or request more may leave; always unless given. */
  readonly admit?: () => boolean;
  /** Those of every relay unless given. */
  readonly bounds?: Partial<ConnectionBounds>;
}

/** Rejects for a grant that is none, and when the socket cannot be made. */
export async function openEgressProxy(options: EgressProxyOptions): Promise<EdgeFolder & Relay> {
  const grants = options.grants.map((text) => {
    const grant = parseGrant(text);
    if (!grant) throw new Error(`\`${text}\` grants nothing: write host:port, such as example.com:443`);
    return grant;
  });
  const door: Door = { grants, lookup: options.lookup ?? lookupAll, admit: options.admit ?? (() => true) };
  const edge = makeEdgeFolder(options.folder, options.name);
  const bounds = { ...connectionBounds, ...options.bounds };
  const connections = trackConnections(bounds);
  const server = createServer(serverOptions(bounds), (request, response) => void forward(request, response, door));
  server.on('connection', (socket) => void connections.enter(socket));
  server.on('connect', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    void tunnel(request, socket, head, door, (far) => connections.add(far));
  });
  await listening(server, { path: edge.path });
  return { ...edge, close: () => closing(server, connections) };
}

interface Door {
  readonly grants: readonly Grant[];
  readonly lookup: (host: string) => Promise<readonly string[]>;
  readonly admit: () => boolean;
}

const lookupAll = async (host: string): Promise<readonly string[]> =>
  (await dnsLookup(host, { all: true, verbatim: true })).map(({ address }) => address);

interface Open {
  readonly host: string;
  /** For a host that has more than one address to be tried. */
  readonly lookup?: LookupFunction;
}
type Way = Open | { readonly status: 403 | 502; readonly message: string };

/** The one name that says itself where it leads to. A server of this machine listens on either family, and seldom on both. */
const localhost: Open = {
  host: 'localhost',
  lookup: (_, { all }, tell) =>
    all
      ? tell(null, [
          { address: '127.0.0.1', family: 4 },
          { address: '::1', family: 6 },
        ])
      : tell(null, '127.0.0.1', 4),
};

/** Names are resolved here and once: what was looked at is what is connected to. */
async function wayTo(host: string, port: number, { grants, lookup }: Door): Promise<Way> {
  const target = `\`${host.includes(':') ? `[${host}]` : host}:${port}\``;
  if (!isGranted(host, port, grants)) return { status: 403, message: `egress to ${target} is not granted` };
  if (isIP(host)) return { host };
  // Whoever grants it by that name means this machine; `*` does not.
  if (host === 'localhost' && isGranted(host, port, namedIn(host, grants))) return localhost;
  let addresses: readonly string[];
  try {
    addresses = await lookup(host);
  } catch (error) {
    return { status: 502, message: `${target} cannot be resolved: ${causeOf(error as NodeJS.ErrnoException)}` };
  }
  const address = addresses.find((one) => isReachable(one, port, grants));
  if (address !== undefined) return { host: address };
  const [first] = addresses;
  if (first === undefined) return { status: 502, message: `${target} has no address` };
  const why = `leads to ${first}, which is this machine or a private network; that takes a grant of the address itself`;
  return { status: 403, message: `egress to ${target} ${why}` };
}

/** Undefined for what names no place. */
function authority(
  text: string,
  standard: number | undefined,
): { readonly host: string; readonly port: number } | undefined {
  const match = /^(?:[^@/]*@)?(\[[0-9a-f:.]+\]|[^:[\]/@]+)(?::(\d{1,5}))?$/i.exec(text);
  const port = match?.[2] === undefined ? standard : Number(match[2]);
  if (!match || port === undefined || port < 1 || port > 65_535) return undefined;
  return { host: normalHost((match[1] ?? '').replace(/^\[(.*)\]$/, '$1')), port };
}

async function tunnel(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  door: Door,
  opened: (far: Duplex) => void,
): Promise<void> {
  const to = authority(request.url ?? '', undefined);
  if (!to) {
    refuseRaw(socket, 400, 'CONNECT takes host:port');
    return;
  }
  const way = await wayTo(to.host, to.port, door);
  if (!('host' in way)) {
    refuseRaw(socket, way.status, way.message);
    return;
  }
  if (socket.destroyed) return;
  if (!door.admit()) {
    refuseRaw(socket, 429, overBudget);
    return;
  }
  const far = connect({ ...way, port: to.port, allowHalfOpen: true });
  opened(far);
  const failed = (error: NodeJS.ErrnoException): void =>
    refuseRaw(socket, 502, `\`${to.host}:${to.port}\` cannot be reached: ${causeOf(error)}`);
  far.once('error', failed);
  socket.once('close', () => far.destroy());
  far.once('connect', () => {
    far.off('error', failed);
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    if (head.length > 0) far.write(head);
    pipeBoth(socket, far);
  });
}

async function forward(request: IncomingMessage, response: ServerResponse, door: Door): Promise<void> {
  const fault = requestFault(request);
  if (fault !== undefined) {
    refuse(response, 400, fault);
    return;
  }
  const [, place = '', rest = ''] = /^http:\/\/([^/?#]+)(.*)$/is.exec(request.url ?? '') ?? [];
  const to = authority(place, 80);
  if (!to) {
    refuse(response, 400, 'this is a proxy, and takes CONNECT or a target that begins with http://');
    return;
  }
  const way = await wayTo(to.host, to.port, door);
  if (!('host' in way)) {
    refuse(response, way.status, way.message);
    return;
  }
  if (!door.admit()) {
    refuse(response, 429, overBudget);
    return;
  }
  const headers = ['Host', place.replace(/^.*@/, ''), ...forwardedHeaders(request, ['host'])];
  const out = httpRequest({
    ...way,
    port: to.port,
    method: request.method,
    path: rest.startsWith('/') ? rest : `/${rest}`,
    headers,
    setHost: false,
    // One connection a request: who does not read a body would take it for the next one.
    agent: false,
  });
  out.setNoDelay(true);
  out.on('response', (answer) => relayResponse(answer, response));
  out.on('error', (error: NodeJS.ErrnoException) => {
    if (!response.destroyed) refuse(response, 502, `\`${to.host}:${to.port}\` cannot be reached: ${causeOf(error)}`);
  });
  response.on('close', () => out.destroy());
  request.pipe(out);
}
