/**
 * The channel on which one component talks to its own run: a socket that only its sandbox is shown, so that who asks is known by where
 * it comes from. Who speaks there is trusted with nothing: everything that it can hold on to is bounded.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type EdgeFolder, makeEdgeFolder } from '../sandbox/edge-socket.ts';
import { closing, listening, type Relay, trackConnections } from './relay.ts';

/** Answers one request. Whoever is behind it does not throw. */
export type ChannelDoor = (subject: string, request: IncomingMessage, response: ServerResponse) => void;

export interface ChannelBounds {
  readonly connections: number;
  /** Until the head of a request is there, and until all of it is. */
  readonly headMs: number;
  readonly requestMs: number;
  /** Of a connection without a byte in either direction. */
  readonly idleMs: number;
  readonly headerBytes: number;
}

export const channelBounds: ChannelBounds = {
  connections: 32,
  headMs: 10_000,
  requestMs: 30_000,
  idleMs: 15 * 60_000,
  headerBytes: 16 * 1024,
};

export interface ControlChannelOptions {
  /** Where the folder of the socket is made, and its name. */
  readonly folder: string;
  readonly name: string;
  /** Whose channel it is. */
  readonly subject: string;
  readonly door: ChannelDoor;
  readonly bounds?: Partial<ChannelBounds>;
}

/** Rejects when the socket cannot be made. */
export async function openControlChannel(options: ControlChannelOptions): Promise<EdgeFolder & Relay> {
  const { subject, door } = options;
  const bounds = { ...channelBounds, ...options.bounds };
  const edge = makeEdgeFolder(options.folder, options.name);
  const connections = trackConnections({ perEdge: bounds.connections, idleMs: bounds.idleMs });
  const server = createServer(
    {
      headersTimeout: bounds.headMs,
      requestTimeout: bounds.requestMs,
      connectionsCheckingInterval: Math.ceil(bounds.headMs / 10),
      keepAliveTimeout: 5_000,
      maxHeaderSize: bounds.headerBytes,
    },
    (request, response) => {
      request.on('error', () => response.destroy());
      response.on('error', () => response.destroy());
      door(subject, request, response);
    },
  );
  server.maxHeadersCount = 64;
  server.on('connection', (socket) => void connections.enter(socket));
  // Nothing here is spoken but plain requests.
  for (const event of ['upgrade', 'connect'] as const)
    server.on(event, (_: IncomingMessage, socket: Duplex) => refuseRaw(socket, 400, 'it takes plain requests alone'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => refuseRaw(socket, statusOf(error), error.message));
  await listening(server, { path: edge.path });
  return { ...edge, close: () => closing(server, connections) };
}

function statusOf({ code }: NodeJS.ErrnoException): keyof typeof phrases {
  if (code === 'HPE_HEADER_OVERFLOW') return 431;
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
}

const phrases = { 400: 'Bad Request', 408: 'Request Timeout', 431: 'Request Header Fields Too Large' } as const;

function refuseRaw(socket: Duplex, status: keyof typeof phrases, why: string): void {
  socket.on('error', () => socket.destroy());
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const fault = {
    code: 'request_malformed',
    message: `the request is not understood: ${why}`,
    remedy: 'send HTTP/1.1 with a head of at most 16 KiB, and all of it at once',
  };
  const body = `${JSON.stringify(fault, null, 2)}\n`;
  const head = `HTTP/1.1 ${status} ${phrases[status]}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  // Who does not read what it is told is not waited for.
  socket.end(head + body, () => socket.destroy());
}
