/** What the relays that speak HTTP/1.1 have in common. */
import type { IncomingMessage, ServerOptions, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ConnectionBounds } from '../sandbox/connections.ts';

/** They belong to one connection and end there (RFC 9110 §7.6.1). `expect` is answered by the relay itself. */
const ofOneHop = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'upgrade',
];

/** Name and value in turn, as they came: order, spelling and repetition stay. */
export function forwardedHeaders(message: IncomingMessage, leaveOut: readonly string[] = []): string[] {
  const named = (message.headers.connection ?? '').toLowerCase().split(',');
  const dropped = new Set([...ofOneHop, ...leaveOut, ...named.map((name) => name.trim())]);
  // Framing is never the sender's to take away.
  for (const name of ['content-length', 'transfer-encoding']) dropped.delete(name);
  const { rawHeaders } = message;
  const out: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = [rawHeaders[index], rawHeaders[index + 1]];
    if (!dropped.has(name.toLowerCase())) out.push(name, value);
  }
  return out;
}

/** Why a request is not passed on, whatever it leads to: two readers could differ in what it asks for, or in where it ends. */
export function requestFault({ url = '', headers, httpVersion }: IncomingMessage): string | undefined {
  if (url.includes('#')) return 'the target of a request has no fragment';
  const coding = headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (coding.trim().toLowerCase() !== 'chunked') return 'only the transfer encoding `chunked` is understood here';
  if (httpVersion !== '1.1') return 'a transfer encoding takes HTTP/1.1';
  return headers['content-length'] === undefined ? undefined : 'a body has one length, and this one has two';
}

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || headers['content-length'] !== undefined;

/** Streams `from` into `to`, headers at once; a response that breaks off breaks off here as well. */
export function relayResponse(from: IncomingMessage, to: ServerResponse): void {
  to.sendDate = false;
  to.writeHead(from.statusCode ?? 502, from.statusMessage, forwardedHeaders(from));
  to.flushHeaders();
  from.on('error', () => to.destroy());
  from.on('aborted', () => to.destroy());
  from.pipe(to);
}

/** To whoever would leave once more. */
export const overBudget = 'the budget of calls out of the scenario is used up';

export function refuse(to: ServerResponse, status: number, message: string): void {
  if (to.headersSent) {
    to.destroy();
    return;
  }
  to.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
  to.end(`headgate: ${message}\n`);
}

/** The same for a connection that is no longer one of the server's. */
export function refuseRaw(to: Duplex, status: 400 | 403 | 429 | 502, message: string): void {
  const text = { 400: 'Bad Request', 403: 'Forbidden', 429: 'Too Many Requests', 502: 'Bad Gateway' }[status];
  const body = `headgate: ${message}\n`;
  const head = `HTTP/1.1 ${status} ${text}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n`;
  to.on('error', () => {});
  to.end(head + body);
}

/** A request has no deadline but for its head; what is idle is ended by `trackConnections`. */
export const serverOptions = ({ headMs }: Pick<ConnectionBounds, 'headMs'>): ServerOptions => ({
  insecureHTTPParser: false,
  requestTimeout: 0,
  headersTimeout: headMs,
  connectionsCheckingInterval: Math.ceil(headMs / 10),
  keepAliveTimeout: 0,
  maxHeaderSize: 65_536,
  noDelay: true,
});

/** One line that names the cause and no value of a request. */
export const causeOf = (error: NodeJS.ErrnoException): string => error.code ?? error.message;
